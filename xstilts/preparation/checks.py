"""What `prepare` checks about the rows of any task, whatever format they came in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from xstilts import paths
from xstilts.downloads import pins
from xstilts.errors import InputError
from xstilts.records.files import read_json
from xstilts.records.forms import Maybe, check
from xstilts.records.prepared import SCHEMAS, Row
from xstilts.tasks import Hub, Task

PLACEHOLDER_ROWS = 20
"""From this many rows on, a split in which every label is the same is taken for one with placeholder labels."""
NEVER_EMPTY = ("classification", "span", "choice", "translation")
"""Families whose official test sets have no empty text; treebanks and mined text have odd places."""
FEW = 5
"""Fewer rows than this may be the same in two splits by chance."""


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
        if not row["id"].strip():
            raise InputError(f"{where}: found the empty id {row['id']!r}, expected one that names the row")
        if family == "tagging" and not row["words"]:
            raise InputError(f"{where}: row {row['id']}: found no words, expected at least one")
    labels = {"classification": "label", "choice": "label", "tagging": "tags"}.get(family)
    if labels and len(rows) >= PLACEHOLDER_ROWS:
        seen = {tag for row in rows for tag in (row[labels] if labels == "tags" else [row[labels]])}
        if len(seen) == 1:
            # official: XTREME writes "neutral" and jiant the last label where a test file has none.
            raise InputError(
                f"{where}: all {len(rows):,} labels are {seen.pop()!r}: placeholders, expected real labels"
            )

    if family == "retrieval":
        _check_sides(rows, where)


def _check_sides(rows: Sequence[Row], where: str) -> None:
    """Refuse a retrieval set that is one file under two names: everything would be found."""
    english = {row["id"]: row["text"].strip() for row in rows if row["side"] == "english"}
    source = {row["id"]: row["text"].strip() for row in rows if row["side"] == "source"}
    pairs = [
        (row, side[name])
        for row in rows
        for side in ((source if row["side"] == "english" else english),)
        for name in row["gold"]
        if name in side
    ]
    equal = sum(row["text"].strip() == other for row, other in pairs)
    if pairs and 2 * equal > len(pairs):
        raise InputError(
            f"{where}: in {equal:,} of {len(pairs):,} pairs both sentences are the same, expected translations: one "
            "file under two names?"
        )
    if len(source) > 1 and sorted(source.values()) == sorted(english.values()):
        raise InputError(f"{where}: both sides have the same {len(source):,} sentences, expected two languages")


def repeats(rows: Sequence[Row]) -> int:
    """How many rows say what an earlier one says; ids do not count."""
    return len(rows) - len({*map(_content, rows)})


def check_repeats(task: Task, split: str, rows: Sequence[Row], where: str) -> int:
    """Refuse more repeated rows than the task's file allows: a file, or a part of one, came twice.

    In what is trained on half of the rows may repeat, as ids of TyDiQA and headings of treebanks do there. Candidates
    may say the same of two things. Gives back how many rows repeat."""
    found = repeats(rows)
    allowed = 1.0 if split == "candidates" else task.repeats if split != "train" else max(task.repeats, 0.49)
    if found > allowed * len(rows):
        raise InputError(
            f"{where}: found {found:,} of {len(rows):,} rows again that stand before, expected at most "
            f"{int(allowed * len(rows)):,} ({allowed:.0%}): a file or a part of one that came twice?"
        )
    return found


def check_empty(task: Task, rows: Sequence[Row], where: str, scored: bool) -> int:
    """How many rows have an empty text; of a test set, whose official files have none, they are refused.

    The second text of a pair is one only where some row has it: a set of single texts leaves it empty."""
    pairs = any(row.get("text_b", "").strip() for row in rows)
    empty = [row["id"] for row in rows if not all(map(str.strip, _texts(row, pairs)))]
    if empty and scored and task.family in NEVER_EMPTY:
        raise InputError(f"{where}: row {empty[0]}: found an empty text ({len(empty):,} such rows), expected none")
    return len(empty)


def _texts(row: Row, pairs: bool) -> list[str]:
    """The texts that a model is given of a row."""
    if "words" in row:
        return list(row["words"]) or [""]
    if "query" in row:  # candidates have no query, and queries no candidate
        return [row["query"].strip() or row["candidate"] or ""]
    names = ("text_a", "context", "question", "prompt", "text", "source", "target", *(("text_b",) if pairs else ()))
    return [*(row[name] for name in names if name in row), *row.get("choices", ())]


def fingerprint(rows: Sequence[Row]) -> str:
    """A hash of what the rows say, without their ids."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(_content(row)).encode())
    return digest.hexdigest()


def check_different(
    seen: Mapping[str, str], task: Task, split: str, language: str, rows: Sequence[Row]
) -> dict[str, str]:
    """Refuse rows that another split or language has, too: one file under two names.

    `seen`: fingerprint -> where; gives it back with this one. Of TyDiQA dev and test are one file."""
    where, print_ = f"{task.name}/{split}/{language}", fingerprint(rows)
    other = seen.get(print_)
    one_file = task.name == "tydiqa" and other == f"tydiqa/dev/{language}"
    if len(rows) >= FEW and other and not one_file:
        raise InputError(f"{where}: found the same {len(rows):,} rows as in {other}, expected others: one file twice?")
    return {**seen, print_: where}


def _content(row: Row) -> tuple[object, ...]:
    """What a row says. Gold ids of retrieval sets number lines, which differ where texts do not."""
    names = ("side", "text") if "side" in row else [name for name in row if name != "id"]
    return tuple(tuple(row[name]) if isinstance(row[name], list) else row[name] for name in names)


def check_pins(task: Task, raw: str) -> None:
    """Refuse downloaded files of another revision than the task pins now; files from elsewhere have no record.

    Downloads do not depend on the task file, or every edit of a reader would fetch gigabytes again."""
    record = paths.DOWNLOADS / task.name / "download.json"
    if not Path(raw).is_relative_to(record.parent) or not record.is_file():
        return
    pins.check_record(record.parent)
    form = {"origin": [dict.fromkeys(("repo", "revision", "url"), Maybe(str, True))]}
    origin = check(read_json(record), form, record)["origin"]
    came = [f"{one['repo']}@{one.get('revision')}" if one.get("repo") else str(one.get("url")) for one in origin]
    pinned = [f"{one.repo}@{one.revision}" if isinstance(one, Hub) else one.url for one in task.origin]
    if came != pinned:
        raise InputError(
            f"{record}: found files of {', '.join(came)}, expected {', '.join(pinned)}: the pins of xstilts/tasks/"
            f"{task.name}.py have changed; fetch them again with `dvc repro -f download@{task.name}`"
        )
