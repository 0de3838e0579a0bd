"""Where inside a unit a change is made: at a drawn place, or at the next one where it can be made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from xstilts.conditions.draws import Draw
from xstilts.conditions.units import Unit, clusters


def places(unit: Unit, draw: Draw, room: int = 1) -> Iterator[int]:
    """All places of a unit that may be changed, from the drawn one on; each has `room` such clusters from it on."""
    size = unit.high - unit.low - room + 1
    for step in range(max(size, 0)):
        yield unit.low + (draw.place + step) % size


def first(unit: Unit, options: Iterable[list[str]]) -> str:
    """The first of the changed units that is another text with the clusters that it should have; else the unit itself.

    A mark may join with what it now stands beside: such a change would be another one than was meant."""
    for parts in options:
        text = "".join(parts)
        if parts != unit.clusters and clusters(text) == parts:
            return text
    return unit.text


def first_way(unit: Unit, draw: Draw, ways: Sequence[Callable[[str], str]]) -> str:
    """The unit written in the drawn way, or in the next one that changes it; else the unit itself."""
    for step in range(len(ways)):
        text = ways[(draw.way + step) % len(ways)](unit.text)
        if text != unit.text:
            return text
    return unit.text
