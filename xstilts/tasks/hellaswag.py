"""HellaSwag: which of four endings goes on with the text? An intermediate task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.formats.hub import read_hub
from xstilts.formats.rows import Rows
from xstilts.formats.text import read_jsonl
from xstilts.records.strict import brief
from xstilts.tasks import Hub, Task

NATIVE = {"train": "train", "dev": "val"}
HUB = {"train": "train", "dev": "validation"}
COLUMNS = {"ctx_a": str, "ctx_b": str, "endings": [str], "label": str}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published JSON lines; `label` is a number."""
    rows = Rows()
    fields = {"ctx_a": str, "ctx_b": str, "endings": list, "label": int}
    for where, row in read_jsonl(raw / f"hellaswag_{NATIVE[split]}.jsonl", fields):
        _add(rows, row, where)
    return rows


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """Rowan/hellaswag; `label` is a string there."""
    rows = Rows()
    for where, row in read_hub(raw / "data", HUB[split], COLUMNS):
        _add(rows, row, where)
    return rows


def _add(rows: Rows, row: dict[str, Any], where: str) -> None:
    if not all(isinstance(ending, str) for ending in row["endings"]):
        raise InputError(f"{where}: found an ending that is no text, expected 4 texts")
    if len(row["endings"]) != 4:
        raise InputError(f"{where}: found {len(row['endings'])} endings, expected 4")
    if str(row["label"]) not in ("0", "1", "2", "3"):
        raise InputError(f"{where}: found label {brief(row['label'])}, expected one of: 0, 1, 2, 3")
    rows.odd["empty_ctx_b"] += not row["ctx_b"]
    # official: jiant joins ctx_b and the ending with a blank, so a choice begins with one where ctx_b is empty.
    choices = [f"{row['ctx_b']} {ending}" for ending in row["endings"]]
    # `ind` of the files is not unique: rows are numbered here.
    rows.add(id=len(rows), prompt=row["ctx_a"], choices=choices, label=int(row["label"]))


TASK = Task(
    name="hellaswag",
    family="choice",
    metric="accuracy",
    languages=("en",),
    readers={"native": read_native, "hub": read_parquet},
    counts={"train": 39_905, "dev": 10_042},
    licence="MIT",
    citation="Zellers, Holtzman, Bisk, Farhadi, Choi 2019: HellaSwag: Can a Machine Really Finish Your Sentence? "
    "ACL. arXiv 1905.07830",
    # Commit as pinned in several public evaluation harnesses.
    origin=(Hub("Rowan/hellaswag", "218ec52e09a7e7462a5400043bb9a69a41d06b76", ("data/train-*", "data/validation-*")),),
)
