"""What `prepare` left: rows, and the facts about a task that later stages need.

Later stages read these facts from the prepared folder, not from the task's code, so that touching a reader retrains
nothing as long as it gives the same rows.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.common import paths
from stages.common.errors import InputError
from stages.common.files import read_json, read_rows, write_json

if TYPE_CHECKING:
    from stages.common.task import Task


@dataclass(frozen=True)
class Prepared:
    """The facts of `data/prepared/<task>/task.json`."""

    name: str
    family: str
    metric: str
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    tunes_on: str | None


def write_facts(task: Task | Prepared, folder: Path) -> None:
    """Write a task's facts beside its rows."""
    facts = Prepared(task.name, task.family, task.metric, task.labels, task.languages, task.tunes_on)
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
