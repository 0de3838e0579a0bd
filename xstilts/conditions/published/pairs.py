"""The clean rows of a published variant: its score is compared with theirs, and with no others."""

from __future__ import annotations

from collections.abc import Sequence

from xstilts.errors import InputError
from xstilts.records.prepared import Row


def paired(rows: Sequence[Row], clean: Sequence[Row], name: str) -> tuple[list[Row], list[Row]]:
    """The rows that have a clean row with the same id, and those clean rows, in one order.

    `InputError` where gold labels differ: the ids then number other rows. `name`: of the variant, for the message."""
    by_id = {row["id"]: row for row in clean}
    kept = [row for row in rows if row["id"] in by_id]
    if not kept:
        first = rows[0]["id"] if rows else "none"
        raise InputError(f"{name}: found no row with an id of the clean set (the first id is {first}), expected some")
    for row in kept:
        for gold in ("label", "tags", "answers"):
            if row.get(gold) != by_id[row["id"]].get(gold):
                raise InputError(
                    f"{name}: row {row['id']}: found the {gold} {row.get(gold)}, expected "
                    f"{by_id[row['id']].get(gold)} as in the clean set: do the ids name the same rows?"
                )
    return kept, [by_id[row["id"]] for row in kept]
