"""`insert`: a character that does not belong there gets into a word.

It is taken from the words of the same row, so that it is of the same script without a table of alphabets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from unicodedata import name

from xstilts.conditions.draws import Draw
from xstilts.conditions.places import first, places
from xstilts.conditions.units import Unit, insides

Letters = Mapping[str, list[str]]


def letters(texts: Iterable[str]) -> Letters:
    """Script -> the clusters that stand inside words of these texts, each once, in the order of their code points."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for unit in insides(text):
            for cluster in unit.clusters[unit.low : unit.high]:
                found.setdefault(_script(cluster), set()).add(cluster)
    return {script: sorted(clusters) for script, clusters in found.items()}


def insert(unit: Unit, draw: Draw, letters: Letters) -> str:
    """The unit with one more cluster after an inner one. It differs from both neighbours: that would be `double`."""
    return first(unit, _options(unit, draw, letters))


def _options(unit: Unit, draw: Draw, letters: Letters) -> Iterator[list[str]]:
    parts = unit.clusters
    for at in places(unit, draw):
        known = letters.get(_script(parts[at]), [])
        for step in range(len(known)):
            new = known[(draw.pick + step) % len(known)]
            if new not in parts[at : at + 2]:
                yield [*parts[: at + 1], new, *parts[at + 1 :]]


def _script(cluster: str) -> str:
    """LATIN, CJK, DEVANAGARI ...: Unicode's names of letters begin with their script."""
    return name(cluster[0], "").partition(" ")[0]
