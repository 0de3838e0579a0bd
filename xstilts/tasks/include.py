"""INCLUDE: questions of local exams in 44 languages, not translated; four options."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.english_questions import SIZES, read_english
from xstilts.formats.hub import read_hub
from xstilts.formats.questions import add_question
from xstilts.formats.rows import Rows
from xstilts.tasks import Hub, Task

FOLDERS = {
    "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali", "de": "German",
    "el": "Greek", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "ko": "Korean", "lt": "Lithuanian",
    "mk": "North Macedonian", "ml": "Malayalam", "ms": "Malay", "ne": "Nepali", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ru": "Russian", "sq": "Albanian", "sr": "Serbian", "ta": "Tamil", "te": "Telugu",
    "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip
OPTIONS = tuple(f"option_{letter}" for letter in "abcd")
COLUMNS = {**dict.fromkeys(("question", *OPTIONS), str), "answer": int}


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """<Language>/test-*.parquet of CohereLabs/include-base-44; `answer` is a place from 0. It has no ids.

    English training and development sets come from the folder `labels`."""
    if split != "test":
        return read_english(labels, split, language)
    if language not in FOLDERS:
        raise unknown("language", language, FOLDERS, str(raw))
    rows = Rows()
    for number, (where, row) in enumerate(read_hub(raw / FOLDERS[language], "test", COLUMNS)):
        options = [row[name] for name in OPTIONS]
        # Other questions in each language: the language belongs to the id.
        add_question(rows, f"{language}-{number}", row["question"], options, row["answer"], where)
    return rows


TASK = Task(
    name="include",
    family="choice",
    metric="choice_accuracy",
    languages=tuple(FOLDERS),
    readers={"hub": read_parquet},
    counts={**SIZES, "test": {}},  # 22,637 in all; how many in each language no source says
    licence="Apache 2.0",
    citation="Romanou et al. 2025: INCLUDE: Evaluating Multilingual Language Understanding with Regional Knowledge. "
    "ICLR. arXiv 2411.19799",
    # Commit as pinned in a public project.
    origin=(Hub("CohereLabs/include-base-44", "d2e1f6015f67a43c02a9a68db98e2298e2d6a660", ("*/test-*",)),),
)
