"""`double`: one character of a word is there twice."""

from __future__ import annotations

from xstilts.conditions.draws import Draw
from xstilts.conditions.places import first, places
from xstilts.conditions.units import Unit


def double(unit: Unit, draw: Draw) -> str:
    """The unit with one of its inner clusters twice."""
    parts = unit.clusters
    return first(unit, ([*parts[: at + 1], *parts[at:]] for at in places(unit, draw)))
