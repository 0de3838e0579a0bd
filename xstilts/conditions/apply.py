"""A perturbation over the rows of a test set: the same rows in the same order, with some words of them changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import floor
from pathlib import Path

from xstilts.conditions.draws import Draw, Draws
from xstilts.conditions.swap import swap
from xstilts.conditions.texts import TEXTS, texts, with_texts
from xstilts.conditions.units import Unit, insides
from xstilts.errors import unknown
from xstilts.params.conditions import Condition, parse
from xstilts.records.prepared import Row

COUNTS = ("rows", "rows_changed", "rows_refused", "words", "words_able", "words_changed")


@dataclass(frozen=True)
class Conditioned:
    """A test set under a condition.

    `counts`: rows, and those that changed or were refused as a whole; words, those that could change and those that
    did. A condition that cannot change anything in a script leaves all rows as they are, and the counts say so."""

    rows: list[Row]
    counts: dict[str, int]


@dataclass(frozen=True)
class Method:
    """How a perturbation goes about a text: what its units are, and what becomes of one."""

    units: Callable[[str], Iterable[Unit]]
    edit: Callable[[Unit, Draw], str]


METHODS: Mapping[str, Method] = {"swap": Method(partial(insides, width=2), swap)}


def apply(
    rows: Sequence[Row],
    family: str,
    language: str,
    condition: str,
    files: Mapping[str, Path] | None = None,
    parallel: Mapping[str, Sequence[Row]] | None = None,
) -> Conditioned:
    """The rows of one language under a condition such as `swap-0.1`: as many, in the same order, same ids and labels.

    `files`: folder of the tables that `natural` and `code-mix` need. `parallel`: the same rows in other languages,
    which `code-mix-texts` needs."""
    asked = parse(condition)
    if family not in TEXTS:
        raise unknown("family", family, TEXTS, condition)
    if asked.name not in METHODS:
        raise NotImplementedError(asked.name)
    counts = Counter(dict.fromkeys(COUNTS, 0))
    changed = [_perturb(row, family, asked, METHODS[asked.name], counts) for row in rows]
    counts["rows"] = len(changed)
    counts["rows_changed"] = sum(new != old for new, old in zip(changed, rows))
    return Conditioned(changed, dict(counts))


def _perturb(row: Row, family: str, asked: Condition, method: Method, counts: Counter[str]) -> Row:
    """One row with a share of its words changed: of n that can change, level x n, rounded up or down by chance."""
    draws, found = Draws(row["id"], asked), texts(row, family)
    able: list[tuple[int, int, Unit, str]] = []
    for place, text in enumerate(found):
        for number, unit in enumerate(method.units(text)):
            counts["words"] += 1
            draw = draws.of(place, number)
            new = method.edit(unit, draw)
            if new != unit.text:
                able.append((draw.order, place, unit, new))
    size = floor(asked.level * len(able) + draws.of().share)
    taken = sorted(able, key=lambda one: one[0])[:size]
    for _, place, unit, new in sorted(taken, key=lambda one: -one[2].start):
        found[place] = found[place][: unit.start] + new + found[place][unit.end :]
    counts["words_able"] += len(able)
    counts["words_changed"] += len(taken)
    return with_texts(row, family, found) if taken else row
