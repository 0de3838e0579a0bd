"""Damaged files of many kinds, from sound ones and a seed: what readers must refuse, or take as what it still is."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from xstilts.errors import InputError

PAGE = b"<!DOCTYPE html>\n<html><head><title>404</title></head><body>Not found</body></html>\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 1.5, 10**30, "", "x", " ", "\0", "\ud800", [], [None], [[]], {}, {"a": None}, ["x"],
)  # fmt: skip
"""Values to stand in the place of another."""


def of_bytes(draw: random.Random, data: bytes) -> bytes:
    """One kind of damage to the bytes of a file."""
    lines = data.split(b"\n")
    place, line = draw.randrange(len(data) + 1), draw.randrange(len(lines))
    text = data.decode("utf-8")
    kinds: list[Callable[[], bytes]] = [
        lambda: b"", lambda: b" \n", lambda: data[:place], lambda: data[place:], lambda: PAGE, lambda: POINTER,
        lambda: b"\xef\xbb\xbf" + data, lambda: text.encode("utf-16"), lambda: text.encode("utf-16-le"),
        lambda: data.replace(b"\n", b"\r\n"), lambda: data.replace(b"\n", b"\r"), lambda: data + data,
        lambda: data[:place] + b"\0" + data[place:], lambda: data[:place] + b"\xff" + data[place:],
        lambda: data[:place] + b"\xed\xa0\x80" + data[place:], lambda: data[:place] + "\u2028".encode() + data[place:],
        lambda: data[:place] + bytes([draw.randrange(256)]) + data[place + 1 :],
        lambda: data[:place] + data[place + 1 :], lambda: b"\n".join([*lines[:line], *lines[line + 1 :]]),
        lambda: b"\n".join([*lines[:line], lines[line], *lines[line:]]),
        lambda: b"\n".join(sorted(lines, key=lambda _: draw.random())), lambda: b"[" * 100_000 + b"]" * 100_000,
        lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000, lambda: data.replace(b"1", b"9" * 5000, 1),
        lambda: data.replace(b"1", b"NaN", 1), lambda: data.replace(b"1", b"1e999", 1),
        lambda: data.replace(b"1", b"true", 1),
        lambda: data.replace(b'"', b'"\\ud83d', 1), lambda: data.replace(b'"', b'"\\u0000', 3), lambda: data.lower(),
        lambda: data.upper(), lambda: data.replace(b"\t", b" "), lambda: data.replace(b"\n", b"\n\n"),
    ]  # fmt: skip
    return draw.choice(kinds)()


def of_json(draw: random.Random, value: Any) -> Any:
    """The same value with one place changed: another value, a key away, renamed or more, an item twice or away."""
    value = copy.deepcopy(value)
    places = [*_places(value)]
    if not places:
        return draw.choice(ODD)
    parent, key = draw.choice(places)
    kind = draw.randrange(6)
    if kind < 3:
        parent[key] = copy.deepcopy(draw.choice(ODD))
    elif kind == 3:
        del parent[key]
    elif isinstance(parent, dict):
        name = draw.choice([f" {key}", f"{key}\u200b", f"0{key}", key.upper(), "", "é"])
        parent[name] = parent.pop(key) if kind == 4 else parent[key]
    else:
        parent.insert(key, parent[draw.randrange(len(parent))])
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, own in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from _places(own)


def dump(value: Any) -> bytes:
    """JSON as a careless program writes it: NaN, NUL and half surrogate pairs pass."""
    return json.dumps(value).encode()


def outcomes(tries: int, attempt: Callable[[random.Random], None], seed: int = 0) -> Counter[str]:
    """How many inputs were refused and accepted. Any other exception is raised, with the seed that gave it."""
    counts: Counter[str] = Counter()
    for number in range(tries):
        try:
            attempt(random.Random(f"{seed}/{number}"))
            counts["accepted"] += 1
        except InputError:
            counts["refused"] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}/{number}: {type(error).__name__}: {error}") from error
    return counts
