"""A declared number of the rows of a test or development set: the same ones for every source, seed and language."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from xstilts.errors import InputError
from xstilts.params import DataSet
from xstilts.records.prepared import Row
from xstilts.tasks import Task

WHOLE = {  # metric -> why a part of such a set is another task
    "mining_f1": "pairs are mined from whole corpora",
    "failure_rate": "its test cases have several questions each",
}


def cut(task: Task, given: DataSet, split: str, rows: list[Row]) -> tuple[list[Row], int]:
    """The rows of a split that are kept, in their order, and how many are not: all are where `max_rows` says nothing.

    Rows are drawn by a hash of their ids: a smaller number gives a part of a larger one, and translations of a row,
    which have its id, are kept together. Of Tatoeba fewer sentences are asked for, among as many as before."""
    size = given.kept(split)
    if size is None:
        return rows, 0
    if reason := WHOLE.get(task.metric):
        raise InputError(f"tasks.{task.name}.max_rows: found {size}, but {reason}: take this key out")
    asked = [place for place, row in enumerate(rows) if row.get("side", "english") == "english"]
    kept = {*sorted(asked, key=lambda place: (_order(rows[place]["id"]), place))[:size]}
    gone = {*asked} - kept
    return [row for place, row in enumerate(rows) if place not in gone], len(gone)


def _order(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()


def check_cut(task: Task, given: DataSet, splits: Sequence[str]) -> None:
    """Refuse a number for a split that is not prepared: it would change nothing."""
    for split in given.max_rows:
        if split not in splits:
            there = ", ".join(one for one in splits if one in ("dev", "test")) or "none"
            raise InputError(f"tasks.{task.name}.max_rows: found {split}, expected a split that is prepared: {there}")
