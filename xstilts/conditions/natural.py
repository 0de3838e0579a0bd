"""`natural`: a misspelling that people really made, from a published table of the language.

The tables of Belinkov and Bisk (2018), `<language>.natural`, come from edits of Wikipedia and from learners. There are
other words among their entries (`luck look`): an entry counts as a misspelling if it is like the word, and is no word
of the table itself."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache

import regex

from xstilts.conditions.draws import Draw
from xstilts.conditions.tables import Table, replaced
from xstilts.conditions.units import Unit

ENDING = ".natural"
ALIKE = 0.6
"""Twice the letters that two words share, over the letters of both."""
_WORD = regex.compile(r"[\p{L}\p{M}'’\-]+")


def natural(unit: Unit, draw: Draw, table: Table, language: str) -> str:
    """The word misspelt, if the table has it."""
    return replaced(
        unit, draw, table, language, lambda word, other: other not in table and _is_misspelling(word, other)
    )


@cache
def _is_misspelling(word: str, other: str) -> bool:
    if other.lower() == word.lower() or not _WORD.fullmatch(other):
        return False
    return SequenceMatcher(None, word, other, autojunk=False).ratio() >= ALIKE
