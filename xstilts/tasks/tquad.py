"""TQuAD: questions about the history of science in Turkish, answered in the passage. A source in Turkish."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.rows import Rows
from xstilts.formats.squad import read_squad
from xstilts.tasks import Archive, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published JSON: its offsets are texts and its ids are numbers."""
    if language != "tr":
        raise unknown("language", language, ("tr",), str(raw))
    return read_squad(raw / f"{split}-v0.1.json", as_text=True)


TASK = Task(
    name="tquad",
    family="span",
    metric="squad",
    languages=("tr",),
    readers={"native": read_native},
    english=False,
    counts={"train": 8_308, "dev": 892},
    licence="not stated",
    citation="TQuad 2019: Turkish NLP Q&A Dataset. github.com/TQuad/turkish-nlp-qa-dataset",
    origin=(
        Archive("https://github.com/TQuad/turkish-nlp-qa-dataset/archive/3bece60f62569182476fe00683793745ba92c32e.zip"),
    ),
    notes={"overlap": "many passages of the development set are in the training set, too: 42 of the first 102"},
)
