"""FarsTail: inference in Persian, made from questions of university exams."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError, unknown
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_csv
from xstilts.records.strict import brief
from xstilts.tasks import Archive, Task

LABELS = ("contradiction", "entailment", "neutral")  # the order of jiant's heads
LETTERS = {label[0]: label for label in LABELS}
FILES = {"train": "Train-word.csv", "dev": "Val-word.csv", "test": "Test-word.csv"}
HEADER = ["premise", "hypothesis", "label"]


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published files: in spite of their name separated by tabs, and some fields are quoted and hold tabs."""
    if language != "fa":
        raise unknown("language", language, ("fa",), str(raw))
    rows = Rows()
    lines = read_csv(raw / FILES[split], 3, delimiter="\t")
    where, header = next(lines, (f"{raw / FILES[split]}:1", []))
    if header != HEADER:
        raise InputError(f"{where}: found the columns {brief(', '.join(header))}, expected {', '.join(HEADER)}")
    for number, (where, (premise, hypothesis, letter)) in enumerate(lines):
        label = LETTERS[one_of(letter, LETTERS, where)]
        rows.add(id=number, text_a=premise, text_b=hypothesis, label=label)
    return rows


TASK = Task(
    name="farstail",
    family="classification",
    metric="accuracy",
    languages=("fa",),
    labels=LABELS,
    readers={"native": read_native},
    english=False,
    counts={"train": 7_266, "dev": 1_537, "test": 1_564},
    licence="Apache 2.0",
    citation="Amirkhani, AzariJafari, Faridan-Jahromi, Kouhkan, Pourjafari, Amirak 2023: FarsTail: a Persian natural "
    "language inference dataset. Soft Computing. arXiv 2009.08820",
    origin=(Archive("https://github.com/dml-qom/FarsTail/archive/5d6322c40368ea5fab50e406e083e537a7d97817.zip"),),
)
