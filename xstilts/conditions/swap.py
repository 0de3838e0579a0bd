"""`swap`: two neighbours inside a word change places."""

from __future__ import annotations

from xstilts.conditions.draws import Draw
from xstilts.conditions.places import first, places
from xstilts.conditions.units import Unit


def swap(unit: Unit, draw: Draw) -> str:
    """The unit with two inner clusters that stand side by side the other way round."""
    parts = unit.clusters
    ways = ([*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]] for at in places(unit, draw, room=2))
    return first(unit, ways)
