"""Gold rows to score by, from `data/prepared` or from a mixture; a folder may come from elsewhere."""

from __future__ import annotations

from pathlib import Path

from xstilts import paths
from xstilts.errors import InputError
from xstilts.records import prepared
from xstilts.records.prepared import Prepared, Row


def gold(task: Prepared, split: str, language: str, folder: Path = paths.PREPARED) -> list[Row]:
    """The rows of one split and language. Raises `InputError` with file and row if columns are missing, hold other
    values than they should, or do not fit one another."""
    found = prepared.gold(task, split, language, folder)
    for number, row in enumerate(found, start=1):
        if problem := _uneven(row):
            path = folder / task.name / split / f"{language}.parquet"
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
