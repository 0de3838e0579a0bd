"""`drop`: a word loses one character."""

from __future__ import annotations

from xstilts.conditions.draws import Draw
from xstilts.conditions.places import first, places
from xstilts.conditions.units import Unit


def drop(unit: Unit, draw: Draw) -> str:
    """The unit without one of its inner clusters."""
    parts = unit.clusters
    return first(unit, ([*parts[:at], *parts[at + 1 :]] for at in places(unit, draw)))
