"""`keyboard`: the finger hits the key beside the right one."""

from __future__ import annotations

from collections.abc import Iterator

from xstilts.conditions.draws import Draw
from xstilts.conditions.layouts import neighbours
from xstilts.conditions.letters import lower, upper
from xstilts.conditions.places import first, places
from xstilts.conditions.units import Unit


def keyboard(unit: Unit, draw: Draw, language: str) -> str:
    """The unit with the letter of one inner cluster replaced by a neighbour; marks of the cluster and its case stay."""
    return first(unit, _options(unit, draw, language))


def _options(unit: Unit, draw: Draw, language: str) -> Iterator[list[str]]:
    keys = neighbours(language)
    for at in places(unit, draw):
        letter, marks = unit.clusters[at][0], unit.clusters[at][1:]
        known = keys.get(lower(letter, language), "")
        if known:
            new = known[draw.pick % len(known)]
            new = new if letter in keys else upper(new, language)
            yield [*unit.clusters[:at], new + marks, *unit.clusters[at + 1 :]]
