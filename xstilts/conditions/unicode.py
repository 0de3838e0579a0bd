"""`unicode`: the same word to a reader, in other code points. It tests a tokenizer more than a language."""

from __future__ import annotations

from unicodedata import combining, normalize

import regex

from xstilts.conditions.draws import Draw
from xstilts.conditions.places import first_way
from xstilts.conditions.units import Unit

_WIDE = {code: code + 0xFEE0 for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))}
# Letters that join: between them a joiner shows nothing. Elsewhere a non-joiner does.
_JOINING = regex.compile(
    r"[\p{Arabic}\p{Syriac}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}"
    r"\p{Malayalam}\p{Sinhala}]"
)
_VIRAMA = 9  # the combining class of the sign that makes two letters one: beside it, both joiners show


def unicode(unit: Unit, draw: Draw, ways: tuple[str, ...]) -> str:
    """The word in one of the ways: decomposed, compatibility forms replaced, full-width letters, an unseen joiner."""
    writes = {
        "nfd": lambda text: normalize("NFD", text),
        "nfkc": lambda text: normalize("NFKC", text),
        "wide": lambda text: text.translate(_WIDE),
        "joiner": lambda text: _joined(unit.clusters, draw),
    }
    return first_way(unit, draw, [writes[way] for way in ways])


def _joined(parts: list[str], draw: Draw) -> str:
    """The clusters with a joiner, or a non-joiner, after one of them; not at the end of a word."""
    free = [at for at in range(max(len(parts) - 1, 1)) if combining(parts[at][-1]) != _VIRAMA]
    if not free:
        return "".join(parts)
    at = free[draw.place % len(free)]
    joiner = "\u200d" if _JOINING.match(parts[at]) else "\u200c"
    return "".join([*parts[: at + 1], joiner, *parts[at + 1 :]])
