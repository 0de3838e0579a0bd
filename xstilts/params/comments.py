"""The comments of a profile and the keys they belong to, so that a composed file can keep them."""

from __future__ import annotations

from typing import Any

import yaml
from ruamel.yaml import YAML

Place = tuple[str, ...]
Comments = dict[Place, list[str]]  # place of a key -> lines of its comment, each with its #


def head(text: str) -> list[str]:
    """The comment lines at the top of a file, which are about the whole of it."""
    lines = text.splitlines()
    return lines[: next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))]


def comments(text: str) -> Comments:
    """The comment of each key that begins a line: the lines right above it, and what stands at the end of its line."""
    lines = text.splitlines()
    first, ends = len(head(text)), _ends(text)
    found: Comments = {}
    for place, line in _keys(YAML().load(text), ()):
        above = line
        while above > first and lines[above - 1].lstrip().startswith("#"):
            above -= 1
        behind = lines[line][ends[line] :].strip()
        if own := [one.strip() for one in lines[above:line]] + [behind] * behind.startswith("#"):
            found[place] = own
    return found


def _keys(value: Any, place: Place) -> list[tuple[Place, int]]:
    """The place and line of every key of tables in block style."""
    found: list[tuple[Place, int]] = []
    if isinstance(value, dict) and not value.fa.flow_style():  # type: ignore[attr-defined]
        for key, inner in value.items():
            line, _ = value.lc.key(key)  # type: ignore[attr-defined]
            found += [((*place, str(key)), line), *_keys(inner, (*place, str(key)))]
    return found


def _ends(text: str) -> dict[int, int]:
    """Where the last value of each line ends; a comment is what follows."""
    ends: dict[int, int] = {}
    for token in yaml.scan(text):
        if token.end_mark.index > token.start_mark.index:
            ends[token.end_mark.line] = max(ends.get(token.end_mark.line, 0), token.end_mark.column)
    return ends
