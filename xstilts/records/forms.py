"""What a value of JSON or a row of a table must look like, checked once where it is read.

A form is a type (`int` is no `bool`; `float` is any finite number), a list with the form of its items, a dictionary
with the forms of the keys that must be there (others may be), `Each` for the values of any keys, `Maybe` for a value or
nothing, or `object` for anything."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.records.strict import brief

NAMES = {str: "a text", int: "a whole number", float: "a finite number", bool: "true or false"}
COLUMNS: Mapping[str, Any] = {"str": str, "int": int, "float": float, "strs": [str], "ints": [int], "floats": [float]}
"""The forms of the columns of `write_rows`."""


@dataclass(frozen=True)
class Each:
    """An object whose values all have one form."""

    form: Any


@dataclass(frozen=True)
class Maybe:
    """A value of a form, or null. `left_out`: as the value of a key, the key need not be there."""

    form: Any
    left_out: bool = False


def check(value: Any, form: Any, where: Path | str) -> Any:
    """`value`, if it has the form; else an `InputError`: file, place in it, what was found and what was expected."""
    _check(value, form, f"{where}: ", "")
    return value


def check_rows(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Any], path: Path) -> None:
    """Refuse the first row of a table that lacks a column or has another type in it. `columns`: name -> form."""
    for number, row in enumerate(rows, start=1):
        for name, form in columns.items():
            if name not in row:
                raise InputError(f"{path}: found no column '{name}', only {', '.join(row) or 'none'}")
            _check(row[name], form, f"{path}: row {number}: ", name)


def _check(value: Any, form: Any, where: str, key: str) -> None:
    if form is object:
        return
    if isinstance(form, Maybe):
        if value is not None:
            _check(value, form.form, where, key)
    elif isinstance(form, list):
        if form == [str] and _are_texts(value):
            return
        for place, own in enumerate(_expect(value, list, "a list", where, key)):
            _check(own, form[0], where, f"{key}[{place}]")
    elif isinstance(form, Each):
        for name, own in _expect(value, dict, "an object", where, key).items():
            _check(own, form.form, where, _below(key, name))
    elif isinstance(form, dict):
        _expect(value, dict, f"an object with {', '.join(form)}", where, key)
        for name, own in form.items():
            if name not in value and not (isinstance(own, Maybe) and own.left_out):
                raise InputError(
                    f"{where}{_below(key, name)} is missing; found {', '.join(map(brief, value)) or 'none'}"
                )
            _check(value.get(name), own, where, _below(key, name))
    elif not _is(value, form):
        raise InputError(f"{where}{key or 'the value'}: found {brief(value)}, expected {NAMES[form]}")
    elif form is str and "\0" in value:
        raise InputError(
            f"{where}{key or 'the value'}: found {brief(value)}, expected a text without the character NUL"
        )


def _are_texts(value: Any) -> bool:
    """The quick way through millions of tags."""
    return isinstance(value, list) and all(type(one) is str for one in value) and "\0" not in "".join(value)


def _expect(value: Any, kind: type, name: str, where: str, key: str) -> Any:
    if not isinstance(value, kind):
        raise InputError(f"{where}{key or 'the value'}: found {brief(value)}, expected {name}")
    return value


def _below(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _is(value: Any, form: type) -> bool:
    if isinstance(value, bool):
        return form is bool
    if form is float:
        return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    return isinstance(value, form)
