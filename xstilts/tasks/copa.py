"""COPA: which of two alternatives is the cause or effect of a premise? English; the second training set of XCOPA."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.copa import read_copa
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

FILES = {"train": "train", "dev": "val"}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """{train,val}.jsonl of SuperGLUE's COPA.zip; its test set has no labels and is not used."""
    return read_copa(raw / f"{FILES[split]}.jsonl")


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """{train,val}-en.jsonl in XTREME's folder xcopa: the same files under other names."""
    return read_copa(raw / f"{FILES[split]}-en.jsonl")


TASK = Task(
    name="copa",
    family="choice",
    metric="accuracy",
    languages=("en",),
    readers={"native": read_native, "xtreme": read_xtreme},
    counts={"train": 400, "dev": 100},
    licence="BSD 2-Clause",
    citation="Roemmele, Bejan, Gordon 2011: Choice of Plausible Alternatives. AAAI Spring Symposium. SuperGLUE: Wang "
    "et al. 2019, arXiv 1905.00537",
    origin=(Archive("https://dl.fbaipublicfiles.com/glue/superglue/data/v2/COPA.zip"),),
)
