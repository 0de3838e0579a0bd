"""JaQuAD: questions about Japanese Wikipedia, answered in the passage. A source in Japanese."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.rows import Rows
from xstilts.formats.squad import read_squad_files
from xstilts.tasks import Archive, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`train/jaquad_train_0000.json` and those that follow: 30 files for training, 4 for development."""
    if language != "ja":
        raise unknown("language", language, ("ja",), str(raw))
    return read_squad_files(raw / split, f"jaquad_{split}")


TASK = Task(
    name="jaquad",
    family="span",
    metric="squad",
    languages=("ja",),
    readers={"native": read_native},
    english=False,
    counts={"train": 31_748, "dev": 3_939},
    licence="CC BY-SA 3.0",
    citation="So, Byun, Kang, Cho 2022: JaQuAD: Japanese Question Answering Dataset for Machine Reading Comprehension. "
    "arXiv 2202.01764",
    origin=(Archive("https://github.com/SkelterLabsInc/JaQuAD/archive/23f5d72cc273c49b35e2d9efe0f51757aa1770bd.zip"),),
    notes={"metric": "Japanese has no blanks between words: look at f1_characters, which is beside F1"},
)
