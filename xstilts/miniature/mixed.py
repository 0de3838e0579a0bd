"""Speakers who mix languages: the grammar of one with content words and names of the others."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from xstilts.miniature import lexicon
from xstilts.miniature.events import Draw
from xstilts.miniature.grammar import Grammar
from xstilts.miniature.plans import GRAMMARS


def mixing(language: str, draw: Draw, share: float, others: Sequence[str]) -> Grammar:
    """The grammar of `language` with this share of its content words and names taken from the other languages."""

    def switch(kind: str, concept: str) -> str | None:
        if not draw.chance(share):
            return None
        other = draw.one(others)
        return other if kind == "name" else lexicon.word(kind, concept, other)

    grammar = copy(GRAMMARS[language])
    grammar.switch = switch
    return grammar
