"""What a text is made of: words, marks and spaces. Words are cut into grapheme clusters, never into code points.

A word with a digit in it is no unit: another number may be another truth. Scripts that put no blanks between words
(Han, Kana, Thai ...) have runs in place of words, and each cluster of a run is a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

_UNSPACED = r"\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}"
# Hangul is in `scx` of some marks of Kana, Myanmar digits are no letters: both stay out.
_RUN = rf"(?:[[\p{{L}}]&&[{_UNSPACED}]][\p{{M}}\u200c\u200d]*)+"
_LETTER = rf"[[\p{{L}}\p{{N}}]--[[\p{{L}}]&&[{_UNSPACED}]]][\p{{M}}\u200c\u200d]*"
_WORD = rf"(?:{_LETTER})+(?:['’\-](?:{_LETTER})+)*"
_WORDS = regex.compile(rf"(?V1)(?P<run>{_RUN})|(?P<word>{_WORD})")
_CLUSTER = regex.compile(r"\X")
_DIGIT = regex.compile(r"\p{N}")
FEWEST = 4
"""Clusters of the shortest word that gets a typing error: two inner ones, as the first and the last stay."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a text that is changed as a whole or not at all; clusters from `low` to `high` may be changed."""

    start: int
    clusters: list[str]
    low: int
    high: int

    @property
    def text(self) -> str:
        """The stretch itself."""
        return "".join(self.clusters)

    @property
    def end(self) -> int:
        """Where the text goes on."""
        return self.start + sum(map(len, self.clusters))


def clusters(text: str) -> list[str]:
    """The grapheme clusters of a text: what a reader takes for one character (Unicode annex 29)."""
    found: list[str] = _CLUSTER.findall(text)
    return found


def insides(text: str, width: int = 1) -> Iterator[Unit]:
    """Words whose inner clusters may be changed, and the inner clusters of runs, `width` of them together."""
    for start, run, parts in _words(text):
        if run:
            yield from _pieces(start, parts, 1, len(parts) - 1, width)
        else:
            long = len(parts) >= FEWEST
            yield Unit(start, parts, 1, len(parts) - 1 if long else 1)


def wholes(text: str) -> Iterator[Unit]:
    """Words that may be changed from end to end, and every cluster of runs."""
    for start, run, parts in _words(text):
        if run:
            yield from _pieces(start, parts, 0, len(parts), 1)
        else:
            yield Unit(start, parts, 0, len(parts))


def _words(text: str) -> Iterator[tuple[int, bool, list[str]]]:
    """(start, whether it is a run, its clusters) of everything in a text that has no digit."""
    for found in _WORDS.finditer(text):
        if not _DIGIT.search(found[0]):
            yield found.start(), found["run"] is not None, clusters(found[0])


def _pieces(start: int, parts: list[str], low: int, high: int, width: int) -> Iterator[Unit]:
    at = start + sum(map(len, parts[:low]))
    for first in range(low, high - width + 1, width):
        piece = parts[first : first + width]
        yield Unit(at, piece, 0, width)
        at += sum(map(len, piece))
