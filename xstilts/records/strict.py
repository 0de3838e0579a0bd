"""JSON as its standard has it (RFC 8259): every key once, finite numbers, whole characters."""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xstilts.errors import InputError

TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")|(-?(?:Infinity|NaN|\d[\d.eE+-]*))', re.S)  # a string, or a number
ESCAPE = re.compile(r"\\(?:u(?:d[89ab]..)\\u(?:d[c-f]..)|u(0000|d[89a-f]..)|.)", re.S | re.I)


class _Refused(Exception):
    """What a number or object is refused for: the token in the text, and the words of the message."""

    def __init__(self, token: str, problem: str) -> None:
        super().__init__(problem)
        self.token = token


def parse(text: str, path: Path, first: int = 1) -> Any:
    """The value of a JSON text that begins on line `first` of a file.

    `InputError` for broken JSON, a key that comes twice in one object (`json.loads` keeps the last one in silence),
    NaN, infinite and overlong numbers, NUL and half surrogate pairs in texts, and nesting that Python cannot follow."""
    if odd := _odd_character(text):
        raise InputError(f"{path}:{first + text.count(chr(10), 0, odd.start())}: {_character(odd[1])}")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_float, parse_int=_int, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{first + error.lineno - 1}: not valid JSON: {error.msg}") from None
    except RecursionError:
        raise InputError(f"{path}:{first}: nested too deeply to be read") from None
    except _Refused as error:
        raise InputError(f"{path}:{_line(text, error.token, first)}: {error}") from None


def dump(value: Any, path: Path) -> str:
    """JSON that a person can read and `diff`: sorted keys, one space of indent, final newline.

    A value that is not finite is an `InputError` with its key: JSON has no such number, and it comes from a broken
    run."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    except ValueError:
        where, found = next(_not_finite(value, ""), ("", None))
        if found is None:
            raise
        raise InputError(f"{path}: {where}: found {found}, expected a finite number; nothing was written") from None


def brief(value: object, size: int = 60) -> str:
    """A value in a message: as Python writes it, cut if it is long."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= size else f"{text[:size]}..."


def _not_finite(value: Any, where: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield where or "the value", value
    elif isinstance(value, dict):
        for key, own in value.items():
            yield from _not_finite(own, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list | tuple):
        for place, own in enumerate(value):
            yield from _not_finite(own, f"{where}[{place}]")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        again = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _Refused(json.dumps(again), f"found the key {brief(again)} twice in one object, expected it once")
    return found


def _float(token: str) -> float:
    number = float(token)
    if not math.isfinite(number):
        raise _Refused(token, f"found {token[:60]}, expected a finite number")
    return number


def _int(token: str) -> int:
    limit = sys.get_int_max_str_digits()
    if limit and len(token.lstrip("-")) > limit:
        raise _Refused(token, f"found a number of {len(token):,} digits, expected at most {limit:,}")
    return int(token)


def _constant(token: str) -> float:
    raise _Refused(token, f"found {token}, expected a finite number")


def _odd_character(text: str) -> re.Match[str] | None:
    """The first NUL or half of a surrogate pair, which can only stand in JSON as an escape."""
    if not re.search(r"\\u(?:0000|d[89a-f])", text, re.I):
        return None
    return next((found for found in ESCAPE.finditer(text) if found[1]), None)


def _character(digits: str) -> str:
    what = "the character NUL" if digits == "0000" else "half of a surrogate pair"
    return f"found {what} (\\u{digits}) inside a text"


def _line(text: str, token: str, first: int) -> int:
    """The line of a number, or the last place of a key that comes twice."""
    places = [one.start() for one in TOKEN.finditer(text) if token in (_plain(one[1]), one[2])]
    place = places[-1 if token.startswith('"') else 0] if places else 0
    return first + text.count("\n", 0, place)


def _plain(string: str | None) -> str | None:
    """A JSON string with the escapes that Python would write; None where it is none."""
    try:
        return json.dumps(json.loads(string or ""))
    except ValueError:
        return None
