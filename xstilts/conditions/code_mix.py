"""`code-mix`: words of a text in another language, from a list of translations that the user gives.

The list of German, say, is `de.txt`: a word, then its translations, as in the dictionaries of MUSE."""

from __future__ import annotations

from xstilts.conditions.draws import Draw
from xstilts.conditions.tables import Table, replaced
from xstilts.conditions.units import Unit

ENDING = ".txt"


def code_mix(unit: Unit, draw: Draw, table: Table, language: str) -> str:
    """The word in another language, if the list has it."""
    return replaced(unit, draw, table, language)
