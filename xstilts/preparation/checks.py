"""What `prepare` checks about the rows of any task, whatever format they came in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xstilts.errors import InputError
from xstilts.records.files import read_json
from xstilts.records.prepared import SCHEMAS, Row
from xstilts.tasks import Hub, Task

PLACEHOLDER_ROWS = 20
"""From this many rows on, a split in which every label is the same is taken for one with placeholder labels."""


def check_count(kind: str, found: int, expected: Sequence[int], where: str) -> None:
    """Full data must have exactly a declared count, cut-down data at most that; generated data is not compared."""
    if not found:
        raise InputError(f"{where}: found nothing, expected at least one row")
    if not expected or kind == "generated":
        return
    wanted = " or ".join(f"{number:,}" for number in expected)
    if kind == "full" and found not in expected:
        raise InputError(f"{where}: found {found:,}, expected {wanted}: the full set (data.kind says full)")
    if kind == "cut-down" and found > max(expected):
        raise InputError(f"{where}: found {found:,}, expected at most {wanted}: more than the full set has")


def check_rows(family: str, rows: Sequence[Row], where: str) -> None:
    """Refuse rows that a reader of a task of this family may not hand out, and labels that are placeholders."""
    if not rows:
        raise InputError(f"{where}: found no rows, expected at least one")
    columns = set(SCHEMAS[family])
    for row in rows:
        if set(row) != columns:
            raise InputError(f"{where}: row {row.get('id')}: columns {sorted(row)}, expected {sorted(columns)}")
    labels = {"classification": "label", "choice": "label", "tagging": "tags"}.get(family)
    if labels and len(rows) >= PLACEHOLDER_ROWS:
        seen = {tag for row in rows for tag in (row[labels] if labels == "tags" else [row[labels]])}
        if len(seen) == 1:
            # official: XTREME writes "neutral" and jiant the last label where a test file has none.
            raise InputError(
                f"{where}: all {len(rows):,} labels are {seen.pop()!r}: placeholders, expected real labels"
            )


def check_pins(task: Task, record: Path) -> None:
    """Refuse downloaded files of another revision than the task pins now; files from elsewhere have no record.

    Downloads do not depend on the task file, or every edit of a reader would fetch gigabytes again."""
    if not record.is_file():
        return
    came = [f"{one['repo']}@{one['revision']}" if "repo" in one else one["url"] for one in read_json(record)["origin"]]
    pinned = [f"{one.repo}@{one.revision}" if isinstance(one, Hub) else one.url for one in task.origin]
    if came != pinned:
        raise InputError(
            f"{record}: found files of {', '.join(came)}, expected {', '.join(pinned)}: the pins of xstilts/tasks/"
            f"{task.name}.py have changed; fetch them again with `dvc repro -f download@{task.name}`"
        )
