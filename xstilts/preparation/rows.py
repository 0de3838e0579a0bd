"""The rows of one split and language, read from the raw files by the task's reader, checked and counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.params import Data, DataSet
from xstilts.preparation.checks import check_count, check_empty, check_repeats, check_rows
from xstilts.preparation.cut import cut
from xstilts.records.prepared import Row
from xstilts.tasks import Task


def read(task: Task, data: Data, given: DataSet, split: str, language: str) -> tuple[list[Row], dict[str, Any]]:
    """The checked rows of one split and language that are kept, and what there is to count about them."""
    raw = Path(given.raw)
    rows = list(found := task.readers[given.layout](raw, Path(given.labels), split, language))
    where = f"{task.name}/{split}/{language} (in {raw})"
    check_rows(task.family, rows, where)
    held_out = given.layout == "xtreme-held-out"  # cut from training sets: other counts, and their ids repeat
    expected = task.declared(split, language) if data.kind != "generated" and not held_out else ()
    counts: Counter[str] = Counter(getattr(found, "odd", {}))
    if task.family == "retrieval":
        counts["pairs"] = sum(len(row["gold"]) for row in rows)
    size = counts["pairs"] if task.family == "retrieval" else len(rows)
    check_count(data.kind, size, expected, where)
    scored = split in given.evaluate
    if split != "train" and counts["repeated_ids"] and not held_out and (scored or data.kind != "generated"):
        raise InputError(f"{where}: found {counts['repeated_ids']:,} ids again, expected every id once")
    if empty := check_empty(task, rows, where, scored):
        counts["empty_texts"] = empty
    # Made-up sentences are made of few words.
    if data.kind != "generated" and (repeated := check_repeats(task, split, rows, where)):
        counts["repeated_rows"] = repeated
    kept, gone = cut(task, given, split, rows)
    if gone:
        counts["cut_rows"] = gone
    if task.family == "retrieval":
        counts["pairs"] = sum(len(row["gold"]) for row in kept)
    agreed = size if size in expected else max(expected, default=None)
    return kept, {**counts, "rows": len(kept), "declared": agreed}
