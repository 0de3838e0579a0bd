"""What a text is made of: words, marks and spaces. Words are cut into grapheme clusters, never into code points.

A word with a digit in it is no unit: another number may be another truth. Scripts that put no blanks between words
(Han, Kana, Thai ...) have runs in place of words, and each cluster of a run is a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

_UNSPACED = r"\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}"
_JOINED = r"[\p{M}\u200c\u200d]*"
_RUN = rf"(?:[[\p{{L}}]&&[{_UNSPACED}]]{_JOINED})+"
_LETTER = rf"[[\p{{L}}\p{{N}}]--[[\p{{L}}]&&[{_UNSPACED}]]]{_JOINED}"
_WORDS = regex.compile(rf"(?V1)(?P<run>{_RUN})|(?P<word>(?:{_LETTER})+(?:['’\-](?:{_LETTER})+)*)")
_CLUSTER = regex.compile(r"\X")
_DIGIT = regex.compile(r"\p{N}")
_SAYING = regex.compile(r"[\p{L}\p{N}]")
# A mark before a digit may be a sign or a decimal point. Some marks stand for words (%), belong to addresses, or show
# where a mention is (braces, Mewsli-X).
_MARK = regex.compile(r"(?V1)[\p{P}--[%‰٪&@#*/\\_§¶†‡{}]](?![\p{N}\p{M}])")
_SPACE = regex.compile(rf"(?V1)(?<=[^\s{_UNSPACED}])\s+(?=[^\s{_UNSPACED}])")
_BETWEEN_DIGITS = regex.compile(r"(?<=\p{N})\s+(?=\p{N})")
FEWEST = 4
"""Clusters of the shortest word that gets a typing error: two inner ones, as the first and the last stay."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a text that is changed or not; its clusters from `low` up to `high` may be changed."""

    start: int
    clusters: list[str]
    low: int
    high: int
    in_run: bool = False

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
            yield Unit(start, parts, 1, len(parts) - 1 if len(parts) >= FEWEST else 1)


def wholes(text: str) -> Iterator[Unit]:
    """Words that may be changed from end to end, and every cluster of runs."""
    for start, run, parts in _words(text):
        if run:
            yield from _pieces(start, parts, 0, len(parts), 1)
        else:
            yield Unit(start, parts, 0, len(parts))


def marks(text: str) -> Iterator[Unit]:
    """The punctuation marks of a text that says something without them."""
    if _SAYING.search(text):
        for found in _MARK.finditer(text):
            yield Unit(found.start(), [found[0]], 0, 1)


def spaces(text: str) -> Iterator[Unit]:
    """The blanks between words. Beside scripts that need none, and between two numbers, they are left alone."""
    for found in _SPACE.finditer(text):
        if not _BETWEEN_DIGITS.match(text, found.start()):
            yield Unit(found.start(), [found[0]], 0, 1)


def _words(text: str) -> Iterator[tuple[int, bool, list[str]]]:
    """(start, whether it is a run, its clusters) of everything in a text that has no digit."""
    for found in _WORDS.finditer(text):
        if not _DIGIT.search(found[0]):
            yield found.start(), found["run"] is not None, clusters(found[0])


def _pieces(start: int, parts: list[str], low: int, high: int, width: int) -> Iterator[Unit]:
    at = start + sum(map(len, parts[:low]))
    for first in range(low, high - width + 1, width):
        piece = parts[first : first + width]
        yield Unit(at, piece, 0, width, in_run=True)
        at += sum(map(len, piece))
