"""XCOPA: COPA in eleven languages; trained on Social IQa and then on English COPA, evaluated zero-shot (XTREME-R)."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.copa import read_copa, read_copa_unlabelled
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

FILES = {"dev": "val", "test": "test"}
LANGUAGES = tuple("et ht id it qu sw ta th tr vi zh".split())


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """[<language>/]{val,test}.<language>.jsonl as published."""
    folder = raw / language if (raw / language).is_dir() else raw
    return read_copa(folder / f"{FILES[split]}.{language}.jsonl")


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XTREME's {val,test}-<language>.jsonl; official: it sets the test labels to 0, they come from the label folder."""
    path = raw / f"{FILES[split]}-{language}.jsonl"
    return read_copa_unlabelled(path, labels, "xcopa", split) if split == "test" else read_copa(path)


COMMIT = "e2e9d7f105a758ee869cd13e0fe251ef93a29840"
XCOPA = f"https://raw.githubusercontent.com/cambridgeltl/xcopa/{COMMIT}/data"

TASK = Task(
    name="xcopa",
    family="choice",
    metric="accuracy",
    languages=LANGUAGES,
    readers={"native": read_native, "xtreme": read_xtreme},
    counts={"dev": 100, "test": 500},
    licence="CC BY 4.0",
    citation="Ponti, Glavas, Majewska, Liu, Vulic, Korhonen 2020: XCOPA: A Multilingual Dataset for Causal Commonsense "
    "Reasoning. EMNLP. arXiv 2005.00333",
    origin=tuple(
        Archive(f"{XCOPA}/{language}/{name}.{language}.jsonl") for language in LANGUAGES for name in FILES.values()
    ),
    trains=False,
)
