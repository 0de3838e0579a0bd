"""The names of conditions. `swap-0.1` is a perturbation and its level; `typos` is a set that others have published."""

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
    "option-order": (),
}
"""Perturbation -> its ways. `case-upper` asks for one way. `case` takes any of them, another for each word."""
PUBLISHED: Mapping[str, tuple[str, ...]] = {"typos": ("xnli", "panx"), "cleandl": ("xnli",)}
"""Published variant of test sets -> the tasks whose sets it is of. It has no level, and holds a part of the rows."""
NEEDED = {"natural": "natural", "code-mix": "code_mix"}
"""Perturbation -> the key of `condition_files` that says where its tables lie."""
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


def canonical(text: str, task: str, where: str = "params.yaml") -> str:
    """The one way to write a condition of a task's test sets; `InputError` for one that the task cannot have."""
    name = found[1] if (found := _LEVEL.fullmatch(text)) else text
    if name not in PUBLISHED:
        if name not in names():
            raise unknown("condition", name, [*names(), *PUBLISHED], where)
        return str(parse(text, where))
    if task not in PUBLISHED[name]:
        raise InputError(f"{where}: found '{text}', a published test set of {' and '.join(PUBLISHED[name])} alone")
    if found:
        raise InputError(f"{where}: condition '{text}': found a level, expected {name}: a published set has none")
    return name


def needed(text: str, task: str) -> str | None:
    """The key of `condition_files` that says where a condition's files lie; None where it needs none."""
    return f"{task}_{text}" if text in PUBLISHED else NEEDED.get(parse(text).name)


def parse(text: str, where: str = "params.yaml") -> Condition:
    """The perturbation that a text such as `swap-0.1` names; `InputError` for an unknown name and for a wrong level."""
    found = _LEVEL.fullmatch(text)
    name = found[1] if found else text
    if name in PUBLISHED:
        raise InputError(
            f"{where}: condition '{text}': found a published test set, expected a perturbation such as swap-0.1"
        )
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
