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
from xstilts.records.forms import COLUMNS, Maybe, check, check_rows

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
    # `into`: the language of the target. `seen`: which side of a test pair stands in the training set: `source`,
    # `target`, `both`, or nothing.
    "translation": {"id": "str", "source": "str", "target": "str", "into": "str", "seen": "str"},
}
"""Columns of the prepared parquet files, one schema per family."""

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "classification": {"prediction": str}, "tagging": {"prediction": [str]}, "span": {"prediction": Maybe(str)},
    "choice": {"prediction": int}, "retrieval": {"prediction": str}, "dual": {"ranking": [str]},
    "translation": {"prediction": str, "clean": Maybe(str)},  # under a condition, what was said of the clean source
}  # fmt: skip
"""The columns that a family's scores are computed from, beside those of `MORE`; an answer to a question may lack."""
MORE: Mapping[str, Mapping[str, Any]] = {
    "squad_v2": {"no_answer": float}, "mining_f1": {"score": float}, "map": {"ranking_last_first": [str]},
    "failure_rate": {"prediction": str},
    "ccg_accuracy": {"prediction": [Maybe(str)]},  # no tag: a word that was cut off
}  # fmt: skip
FACTS = {"name": str, "family": str, "metric": str, "labels": [str], "languages": [str], "tunes_on": Maybe(str)}


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
    path = folder / task / "task.json"
    content = {name: value for name, value in check(read_json(path), FACTS, path).items() if name in FACTS}
    if content["name"] != task:
        raise InputError(f"{path}: found the task {content['name']}, expected {task}")
    if content["family"] not in SCHEMAS:
        raise InputError(f"{path}: found the family {content['family']}, expected one of {', '.join(SCHEMAS)}")
    if family and content["family"] != family:
        raise InputError(f"params.yaml: '{task}' stands under {family}, but its family is {content['family']}")
    return Prepared(**{**content, "labels": tuple(content["labels"]), "languages": tuple(content["languages"])})


def rows(task: str, split: str, language: str, folder: Path = paths.PREPARED) -> list[Row]:
    """The prepared rows of one split and language."""
    return read_rows(folder / task / split / f"{language}.parquet")


def gold(task: Prepared, split: str, language: str, folder: Path = paths.PREPARED) -> list[Row]:
    """The same, to score by; a folder may come from elsewhere. Raises `InputError` with file and row if columns are
    missing, hold other values than they should, or do not fit one another."""
    found, path = rows(task.name, split, language, folder), folder / task.name / split / f"{language}.parquet"
    columns: dict[str, Any] = {name: COLUMNS[kind] for name, kind in SCHEMAS[task.family].items()}
    if task.metric == "ccg_accuracy":
        columns["tags"] = [Maybe(str)]
    if task.family == "dual":
        columns["candidate"] = Maybe(str)
    check_rows(found, columns, path)
    for number, row in enumerate(found, start=1):
        if problem := _uneven(row):
            raise InputError(f"{path}: row {number}: {problem}")
    return found


def _uneven(row: Row) -> str:
    """What does not fit together in a row, in words."""
    for one, other in (("words", "tags"), ("starts", "answers")):
        if one in row and len(row[one]) != len(row[other]):
            return f"found {len(row[other])} {other}, expected {len(row[one])} as there are {one}"
    if "choices" in row and not 0 <= row["label"] < len(row["choices"]):
        return f"found the label {row['label']}, expected 0 to {len(row['choices']) - 1}"
    return ""


def answers(task: Prepared, path: Path, *more: str) -> list[Row]:
    """Stored predictions for a task, with every column that is read of them checked; `more` are columns of text."""
    found = read_rows(path)
    check_rows(found, {**dict.fromkeys((*more, "id"), str), **ANSWERS[task.family], **MORE.get(task.metric, {})}, path)
    return found
