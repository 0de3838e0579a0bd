"""SQuAD v2.0: SQuAD v1.1 and half as many questions again that the paragraph does not answer. An intermediate task."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.rows import Rows
from xstilts.formats.squad import read_squad_v2, read_squad_v2_hub
from xstilts.tasks import Hub, Task

HUB = {"train": "train", "dev": "validation"}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published JSON (rajpurkar.github.io/SQuAD-explorer/dataset/<split>-v2.0.json)."""
    return read_squad_v2(raw / f"{split}-v2.0.json")


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """rajpurkar/squad_v2, config squad_v2."""
    return read_squad_v2_hub(raw / "squad_v2", HUB[split])


TASK = Task(
    name="squad_v2",
    family="span",
    metric="squad_v2",
    languages=("en",),
    readers={"native": read_native, "hub": read_parquet},
    counts={"train": 130_319, "dev": 11_873},
    licence="CC BY-SA 4.0",
    citation="Rajpurkar, Jia, Liang 2018: Know What You Don't Know: Unanswerable Questions for SQuAD. ACL. "
    "arXiv 1806.03822",
    # Commit as pinned in many public projects.
    origin=(Hub("rajpurkar/squad_v2", "3ffb306f725f7d2ce8394bc1873b24868140c412", ("squad_v2/*.parquet",)),),
)
