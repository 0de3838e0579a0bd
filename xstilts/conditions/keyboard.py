"""`keyboard`: the finger hits the key beside the right one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xstilts.conditions.draws import Draw
from xstilts.conditions.places import first, places
from xstilts.conditions.units import Unit


def keyboard(unit: Unit, draw: Draw, neighbours: Mapping[str, str]) -> str:
    """The unit with the letter of one inner cluster replaced by a neighbour; marks of the cluster and its case stay."""
    return first(unit, _options(unit, draw, neighbours))


def _options(unit: Unit, draw: Draw, neighbours: Mapping[str, str]) -> Iterator[list[str]]:
    for at in places(unit, draw):
        letter, marks = unit.clusters[at][0], unit.clusters[at][1:]
        known = neighbours.get(letter) or neighbours.get(letter.lower(), "")
        if known:
            new = known[draw.pick % len(known)]
            new = new if letter in neighbours else new.upper()
            yield [*unit.clusters[:at], new + marks, *unit.clusters[at + 1 :]]
