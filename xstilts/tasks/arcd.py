"""ARCD: questions about Arabic Wikipedia, answered in the passage. A source in Arabic."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.rows import Rows
from xstilts.formats.squad import read_squad
from xstilts.tasks import Archive, Task

FILES = {"train": "arcd-train.json", "dev": "arcd-test.json"}
LOST = ("411858985910", "512657045685", "736438426218")
"""Training questions whose answer is not in the passage: it has one blank where the passage has two."""


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published JSON. There is no development set: the test set is it, and is never scored as a result."""
    if language != "ar":
        raise unknown("language", language, ("ar",), str(raw))
    return read_squad(raw / FILES[split], lost=LOST)


TASK = Task(
    name="arcd",
    family="span",
    metric="squad",
    languages=("ar",),
    readers={"native": read_native},
    english=False,
    counts={"train": 693 - len(LOST), "dev": 702},
    licence="MIT",
    citation="Mozannar, El Hajal, Maamary, Hajj 2019: Neural Arabic Question Answering. WANLP. arXiv 1906.05394",
    origin=(Archive("https://github.com/husseinmozannar/SOQAL/archive/1229d34aa2b7a0b9a2e4858c9268e68f45d7e3c4.zip"),),
)
