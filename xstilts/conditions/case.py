"""`case`: a word in small letters, in capitals, or with a capital at its front."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import regex

from xstilts.conditions.draws import Draw
from xstilts.conditions.places import first_way
from xstilts.conditions.units import Unit

# Georgian has capitals in Unicode, but nobody writes a text in them.
_CASED = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Armenian}\p{M}'’\-]+")
_DOTTED = ("tr", "az")  # i and ı are two letters, with the capitals İ and I
Write = Callable[[str], str]


def case(unit: Unit, draw: Draw, ways: tuple[str, ...], language: str) -> str:
    """The word in one of the ways, if its script has two cases."""
    if not _CASED.fullmatch(unit.text):
        return unit.text
    lower, upper = (_lower, _upper) if language in _DOTTED else (str.lower, str.upper)
    writes: Mapping[str, Write] = {"lower": lower, "upper": upper, "title": lambda text: _title(text, lower, upper)}
    return first_way(unit, draw, [writes[way] for way in ways])


def _title(text: str, lower: Write, upper: Write) -> str:
    return upper(text[0]) + lower(text[1:])


def _lower(text: str) -> str:
    return text.replace("I", "ı").replace("İ", "i").lower()


def _upper(text: str) -> str:
    return text.replace("i", "İ").replace("ı", "I").upper()
