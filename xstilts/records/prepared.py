"""What `prepare` left: rows, and the facts about a task that later stages need.

Later stages read these facts from the prepared folder, not from the task's code, so that touching a reader retrains
nothing as long as it gives the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.records.files import read_json, read_rows, write_json

Row = dict[str, Any]

SCHEMAS: Mapping[str, Mapping[str, str]] = {
    "classification": {"id": "str", "text_a": "str", "text_b": "str", "label": "str"},
    "tagging": {"id": "str", "words": "strs", "tags": "strs"},
    "span": {"id": "str", "context": "str", "question": "str", "starts": "ints", "answers": "strs"},
    "choice": {"id": "str", "prompt": "str", "choices": "strs", "label": "int"},
    # Both sides of a pair of languages; `gold` names the matching ids of the other side (one direction only).
    "retrieval": {"id": "str", "side": "str", "text": "str", "gold": "strs"},
    # Training: pairs. Evaluation: queries alone, and the candidates that all languages share; `gold` names those.
    "dual": {"id": "str", "query": "str", "candidate": "str", "gold": "strs"},
}
"""Columns of the prepared parquet files, one schema per family."""


@dataclass(frozen=True)
class Prepared:
    """The facts of `data/prepared/<task>/task.json`."""

    name: str
    family: str
    metric: str
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    tunes_on: str | None


def write_facts(facts: Prepared, folder: Path) -> None:
    """Write a task's facts beside its rows."""
    write_json(folder / "task.json", asdict(facts))


def facts(task: str, family: str | None = None, folder: Path = paths.PREPARED) -> Prepared:
    """A task's facts; refused if its family is not the one it is listed under in `params.yaml`."""
    content = read_json(folder / task / "task.json")
    if family and content["family"] != family:
        raise InputError(f"params.yaml: '{task}' stands under {family}, but its family is {content['family']}")
    return Prepared(**{**content, "labels": tuple(content["labels"]), "languages": tuple(content["languages"])})


def rows(task: str, split: str, language: str, folder: Path = paths.PREPARED) -> list[dict[str, Any]]:
    """The prepared rows of one split and language."""
    return read_rows(folder / task / split / f"{language}.parquet")
