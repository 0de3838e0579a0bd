"""JMMLU: MMLU in Japanese, translated by people, and questions on Japan; four options."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.english_questions import SIZES, read_english
from xstilts.formats.questions import add_question, files, read_lettered
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """<subject>.csv of the folder JMMLU: no header, and most have a byte-order mark. `labels` has the English
    training set."""
    if split != "test":
        return read_english(labels, split, language)
    if language != "ja":
        raise unknown("language", language, ("ja",), str(raw))
    rows = Rows()
    for path in files(raw, "*.csv"):
        for number, (where, question, options, label) in enumerate(read_lettered(path)):
            add_question(rows, f"{path.stem}-{number}", question, options, label, where)
    return rows


TASK = Task(
    name="jmmlu",
    family="choice",
    metric="choice_accuracy",
    languages=("ja",),
    readers={"native": read_native},
    counts={**SIZES, "test": (7_103, 7_097)},  # rows of the files; its README
    licence="CC BY-SA 4.0 (three subjects: CC BY-NC-ND 4.0)",
    citation="Yin, Wang, Horio, Kawahara, Sekine 2024: Should We Respect LLMs? A Cross-Lingual Study on the Influence "
    "of Prompt Politeness on LLM Performance. SICon. arXiv 2402.14531",
    origin=(Archive("https://github.com/nlp-waseda/JMMLU/archive/762cbf192c9e4588b574d718f95afd64c96fcbf4.zip"),),
    notes={"translations": "most of it is a translation of MMLU: not independent of its results"},
)
