"""XQuAD: SQuAD dev questions translated into ten languages (XTREME-R: eleven); test only, trained on SQuAD v1.1."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.rows import Rows
from xstilts.formats.squad import read_squad, read_squad_hub
from xstilts.tasks import Hub, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """xquad.<language>.json, published and in XTREME's folder (where the answers may be in the label folder)."""
    return read_squad(raw / f"xquad.{language}.json", labels / f"test-{language}.json")


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """google/xquad, one folder per language. (Not `google/xtreme`: it strips contexts and leaves the offsets.)"""
    return read_squad_hub(raw / f"xquad.{language}", "validation")


TASK = Task(
    name="xquad",
    family="span",
    metric="squad",
    languages=tuple("ar de el en es hi ru th tr vi zh".split()),
    more_languages=("ro",),
    readers={"native": read_native, "xtreme": read_native, "hub": read_parquet},
    counts={"test": 1_190},
    licence="CC BY-SA 4.0",
    citation="Artetxe, Ruder, Yogatama 2020: On the Cross-lingual Transferability of Monolingual Representations. ACL. "
    "arXiv 1910.11856",
    # Commit as pinned by mteb (XQuADRetrieval).
    origin=(Hub("google/xquad", "51adfef1c1287aab1d2d91b5bead9bcfb9c68583", ("xquad.*/validation-*",)),),
    trains=False,
)
