"""What a reader hands back: rows in file order and a count of everything odd that it met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from xstilts.errors import InputError
from xstilts.records.strict import brief


class Rows(list[dict[str, Any]]):
    """Rows in file order. `odd` counts what was skipped, repeated or kept though strange: nothing goes silently."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: Counter[str] = Counter()
        self._ids: Counter[str] = Counter()

    def add(self, **row: Any) -> None:
        """Append one row; an id that was there before gets a running number, so that ids name one row each."""
        name = str(row["id"])
        self._ids[name] += 1
        if self._ids[name] > 1:
            self.odd["repeated_ids"] += 1
            row["id"] = f"{name}#{self._ids[name]}"
        else:
            row["id"] = name
        self.append(row)


def one_of(value: object, allowed: Collection[str], where: str) -> str:
    """`value` if it is one of `allowed`, else an `InputError` that says where it stood."""
    if isinstance(value, str) and value in allowed:
        return value
    raise InputError(f"{where}: found label {brief(value)}, expected one of: {', '.join(allowed)}")


def row_id(row: Mapping[str, Any], name: str, number: int, where: str) -> str:
    """The id that a row has under `name`, a text or a whole number; its number where there is none."""
    value = row.get(name, number)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InputError(f"{where}: field '{name}' is {brief(value)}, expected a text or a whole number")
    return str(value)
