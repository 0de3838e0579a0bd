"""`case`: a word in small letters, in capitals, or with a capital at its front."""

from __future__ import annotations

import regex

from xstilts.conditions.draws import Draw
from xstilts.conditions.letters import lower, upper
from xstilts.conditions.places import first_way
from xstilts.conditions.units import Unit

# Georgian has capitals in Unicode, but nobody writes a text in them.
_CASED = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Armenian}\p{M}'’\-]+")


def case(unit: Unit, draw: Draw, ways: tuple[str, ...], language: str) -> str:
    """The word in one of the ways, if its script has two cases."""
    if not _CASED.fullmatch(unit.text):
        return unit.text
    writes = {
        "lower": lambda text: lower(text, language),
        "upper": lambda text: upper(text, language),
        "title": lambda text: upper(text[0], language) + lower(text[1:], language),
    }
    return first_way(unit, draw, [writes[way] for way in ways])
