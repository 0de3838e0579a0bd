"""`punctuation`: a mark is left out, or is there twice."""

from __future__ import annotations

from xstilts.conditions.draws import Draw
from xstilts.conditions.places import first_way
from xstilts.conditions.units import Unit


def punctuation(unit: Unit, draw: Draw, ways: tuple[str, ...]) -> str:
    """The mark in one of the ways."""
    return first_way(unit, draw, [{"drop": lambda mark: "", "double": lambda mark: mark * 2}[way] for way in ways])
