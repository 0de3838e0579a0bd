"""OCNLI: inference in Chinese, written by Chinese speakers and not translated."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.pairs import read_inference
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

LABELS = ("contradiction", "entailment", "neutral")  # the order of jiant's heads
FILES = {"train": "train.10k.json", "dev": "dev.json"}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published JSON lines; of the training sets the one of 10,000 rows.

    Rows without a majority label ("-") are skipped and counted."""
    if language != "zh":
        raise unknown("language", language, ("zh",), str(raw))
    return read_inference(raw / FILES[split], LABELS, "label", "id")


TASK = Task(
    name="ocnli",
    family="classification",
    metric="accuracy",
    languages=("zh",),
    labels=LABELS,
    readers={"native": read_native},
    english=False,
    counts={"train": 10_000 - 15, "dev": 3_000 - 50},
    licence="CC BY-NC 2.0",
    citation="Hu, Richardson, Xu, Li, Kuebler, Moss 2020: OCNLI: Original Chinese Natural Language Inference. Findings "
    "of EMNLP. arXiv 2010.05444",
    origin=(Archive("https://github.com/CLUEbenchmark/OCNLI/archive/b53efdee17257a5c33993cf6fcf8ffff0497ea0e.zip"),),
)
