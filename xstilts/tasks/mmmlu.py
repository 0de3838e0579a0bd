"""MMMLU: MMLU's test set in 14 languages, translated by people."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.english_questions import SIZES, read_english
from xstilts.formats.questions import add_question, read_lettered
from xstilts.formats.rows import Rows
from xstilts.tasks import Hub, Task

LOCALES = {
    one[:2].lower(): one
    for one in "AR-XY BN-BD DE-DE ES-LA FR-FR HI-IN ID-ID IT-IT JA-JP KO-KR PT-BR SW-KE YO-NG ZH-CN".split()
}
HEADER = ("", "Question", "A", "B", "C", "D", "Answer", "Subject")


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """mmlu_<LOCALE>.csv. An id is the number of the row, the same in all languages and in MMLU on the hub.

    English training and development sets come from the folder `labels`."""
    if split != "test":
        return read_english(labels, split, language)
    if language not in LOCALES:
        raise unknown("language", language, LOCALES, str(raw))
    rows = Rows()
    lines = read_lettered(raw / f"mmlu_{LOCALES[language]}.csv", HEADER)
    for number, (where, question, options, label) in enumerate(lines):
        add_question(rows, str(number), question, options, label, where)
    return rows


def read_csv_of_hub(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The same files in the folder `test` of openai/MMMLU."""
    return read_native(raw / "test", labels, split, language)


TASK = Task(
    name="mmmlu",
    family="choice",
    metric="choice_accuracy",
    languages=tuple(LOCALES),
    readers={"native": read_native, "hub": read_csv_of_hub},
    counts={**SIZES, "test": 14_042},
    licence="MIT",
    citation="OpenAI 2024: Multilingual Massive Multitask Language Understanding (MMMLU). "
    "https://huggingface.co/datasets/openai/MMMLU",
    # Commit as pinned in a public project.
    origin=(Hub("openai/MMMLU", "325a01dc3e173cac1578df94120499aaca2e2504", ("test/*.csv",)),),
    notes={"translations": "a translation of MMLU: not independent of its results"},
)
