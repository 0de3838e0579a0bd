"""SQuAD v1.1: the answer to a question is a span of its paragraph; the training set of XQuAD and MLQA."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.rows import Rows
from xstilts.formats.squad import read_squad, read_squad_hub
from xstilts.tasks import Hub, Task

HUB = {"train": "train", "dev": "validation"}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published JSON, which XTREME's download folder holds under the same names."""
    return read_squad(raw / f"{split}-v1.1.json")


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """rajpurkar/squad, config plain_text."""
    return read_squad_hub(raw / "plain_text", HUB[split])


TASK = Task(
    name="squad_v1",
    family="span",
    metric="squad",
    languages=("en",),
    readers={"native": read_native, "xtreme": read_native, "hub": read_parquet},
    counts={"train": 87_599, "dev": 10_570},
    licence="CC BY-SA 4.0",
    citation="Rajpurkar, Zhang, Lopyrev, Liang 2016: SQuAD: 100,000+ Questions for Machine Comprehension of Text. "
    "EMNLP. arXiv 1606.05250",
    # Commit as pinned in many public projects.
    origin=(Hub("rajpurkar/squad", "7b6d24c440a36b6815f21b70d25016731768db1f", ("plain_text/*.parquet",)),),
)
