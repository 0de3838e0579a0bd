"""Stored predictions. What no metric reads is looked at, too: a score that is NaN comes from a broken run."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.records import prepared
from xstilts.records.prepared import Prepared


def answers(task: Prepared, path: Path, *more: str) -> list[dict[str, Any]]:
    """The predictions of a file for a task; `more` are columns of text. No number in them may be NaN or infinite."""
    rows = prepared.answers(task, path, *more)
    for number, row in enumerate(rows, start=1):
        for name, value in row.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise InputError(f"{path}: row {number}: {name}: found {value}, expected a finite number")
    return rows
