"""The names of perturbations, and how strong each may be: `swap-0.1` is a name and a level."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from xstilts.errors import InputError, unknown

WAYS: Mapping[str, tuple[str, ...]] = {
    "swap": (),
    "drop": (),
    "double": (),
    "insert": (),
    "keyboard": (),
    "case": ("lower", "upper", "title"),
    "diacritics": (),
    "punctuation": ("drop", "double"),
    "spaces": ("drop", "double"),
    "unicode": ("nfd", "nfkc", "wide", "joiner"),
    "natural": (),
    "code-mix": (),
    "code-mix-texts": (),
    "distractor": (),
}
"""Perturbation -> its ways. `case-upper` asks for one way. `case` takes any of them, another for each word."""
MOST_SENTENCES = 5
_LEVEL = re.compile(r"(.+?)-(\d+(?:\.\d{1,4})?)")


@dataclass(frozen=True)
class Condition:
    """A perturbation and its level: a share of words from 0 to 1, or for `distractor` a number of sentences."""

    name: str
    level: float

    @property
    def perturbation(self) -> str:
        """The name without a way."""
        return self.name if self.name in WAYS else self.name.rpartition("-")[0]

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that may be taken: the one that the name says, or all of the perturbation."""
        return WAYS[self.name] if self.name in WAYS else (self.name.rpartition("-")[2],)

    def __str__(self) -> str:
        """The one way to write it: `swap-0.10` is `swap-0.1`."""
        return f"{self.name}-{self.level:g}"


def names() -> list[str]:
    """Every name that can stand before a level."""
    return [one for name, ways in WAYS.items() for one in (name, *(f"{name}-{way}" for way in ways))]


def parse(text: str, where: str = "params.yaml") -> Condition:
    """The condition that a text such as `swap-0.1` names; `InputError` for an unknown name and for a wrong level."""
    found = _LEVEL.fullmatch(text)
    name = found[1] if found else text
    if name not in names():
        raise unknown("condition", name, names(), where)
    if not found:
        raise InputError(f"{where}: condition '{text}': found no level, expected one such as {name}-{_usual(name)}")
    level = float(found[2])
    if name == "distractor" and (level > MOST_SENTENCES or level != int(level)):
        raise InputError(
            f"{where}: condition '{text}': found the level {found[2]}, expected a whole number of sentences from 0 to "
            f"{MOST_SENTENCES}"
        )
    if name != "distractor" and level > 1:
        raise InputError(
            f"{where}: condition '{text}': found the level {found[2]}, expected a share from 0 to 1 (0.1 is a tenth)"
        )
    return Condition(name, level)


def _usual(name: str) -> str:
    return "1" if name == "distractor" else "0.1"
