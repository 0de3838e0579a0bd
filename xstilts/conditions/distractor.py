"""`distractor`: sentences from other paragraphs of the same language stand at the end of the context.

Answers keep their offsets, as nothing before the end moves. No added sentence holds an answer to the question."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from hashlib import sha256

import regex

from xstilts.conditions.draws import Draws
from xstilts.conditions.units import clusters
from xstilts.params.conditions import Condition
from xstilts.records.prepared import Row

# A sentence ends at its mark and the quotes after it; in scripts with capitals, no small letter follows.
_SENTENCE = regex.compile(
    r"""\S.*?(?:[.!?؟۔։።]["'”’»)\]]*(?=\s+[^\s\p{Ll}])|[।॥。！？][」』”’）]*|$)""", regex.DOTALL | regex.MULTILINE
)
_NO_BLANK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}。！？」』）]$")
SHORTEST, LONGEST = 20, 300
"""Grapheme clusters of a sentence that is added: shorter ones are often pieces, longer ones half a paragraph."""


class Paragraphs:
    """The sentences of the paragraphs of a test set, in a ring whose order depends on the ids of their questions."""

    def __init__(self, rows: Sequence[Row]) -> None:
        names: dict[str, str] = {}
        for row in rows:
            names[row["context"]] = min(row["id"], names.get(row["context"], row["id"]))
        self._ring = sorted((sha256(name.encode()).digest(), context) for context, name in names.items())
        self._sentences = {context: sentences(context) for context in names}

    def others(self, context: str, place: int, pick: int) -> Iterator[list[str]]:
        """The sentences of every other paragraph, from a place of the ring and from a sentence on."""
        start = bisect(self._ring, (place.to_bytes(8, "big"), ""))
        for step in range(len(self._ring)):
            other = self._ring[(start + step) % len(self._ring)][1]
            if other != context and (found := self._sentences[other]):
                first = pick % len(found)
                yield found[first:] + found[:first]


def distractor(row: Row, asked: Condition, paragraphs: Paragraphs) -> Row | None:
    """The row with as many sentences more as the level says; None where there are not enough that are safe."""
    draw, context = Draws(row["id"], asked).of(), row["context"]
    added = 0
    for found in paragraphs.others(context, draw.place, draw.pick):
        if added == int(asked.level):
            break
        longer = (_longer(context, one, row["answers"]) for one in found if one not in row["context"])
        if safe := next(filter(None, longer), None):
            context, added = safe, added + 1
    return {**row, "context": context} if added == int(asked.level) else None


def _longer(context: str, sentence: str, answers: Sequence[str]) -> str | None:
    """The context with a sentence more; None where an answer then stands in it once more, at the seam too."""
    added = ("" if _NO_BLANK.search(context) else " ") + sentence
    end = context[-max(map(len, answers), default=1) :].lower()
    grown = end + added.lower()
    found = (regex.escape(answer.lower()) for answer in answers)
    return context + added if all(_places(one, grown) == _places(one, end) for one in found) else None


def _places(pattern: str, text: str) -> int:
    return len(regex.findall(pattern, text, overlapped=True))


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph that can be added elsewhere; of Thai, which marks none, stretches between blanks."""
    found = [part[0].strip() for part in _SENTENCE.finditer(text)]
    if len(found) == 1:
        found = list(_stretches(text))
    return [one for one in found if SHORTEST <= len(clusters(one)) <= LONGEST]


def _stretches(text: str) -> Iterator[str]:
    stretch = ""
    for part in text.split():
        stretch = f"{stretch} {part}".strip()
        if len(clusters(stretch)) >= 3 * SHORTEST:
            yield stretch
            stretch = ""
    if stretch:
        yield stretch
