"""Two figures a target: R against the level of noise, and R against the clean score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.params.conditions import parse
from xstilts.studies.pictures import panels
from xstilts.studies.translation.measure import Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = tuple(f"C{number}" for number in range(10))
MARKS = "osD^vP*X<>"


def write_figures(folder: Path, target: str, points: Sequence[Point]) -> None:
    """Write both figures of one target: a panel a direction. Targets without conditions have none."""
    own = [one for one in points if one.target == target]
    directions = list(dict.fromkeys(one.direction for one in own))
    for name, draw in (("noise", _by_level), ("clean", _against_clean)):
        if directions:
            with panels(folder, f"{name}-{target}", directions) as axes:
                for axis, direction in zip(axes, directions, strict=True):
                    draw(axis, [one for one in own if one.direction == direction])


def _by_level(axis: Axes, points: Sequence[Point]) -> None:
    """A line an arm and perturbation; one that is not above the copied source is dotted and has no band."""
    sources = list(dict.fromkeys(one.source for one in points))
    for source, name in dict.fromkeys((one.source, parse(one.condition).name) for one in points):
        own = sorted(
            (one for one in points if (one.source, parse(one.condition).name) == (source, name)),
            key=lambda one: one.level,
        )
        colour, fine = COLOURS[sources.index(source) % len(COLOURS)], own[0].above_copy
        x, y = [0.0, *(one.level for one in own)], [100.0, *(one.ratio.mean for one in own)]
        label = source if name == parse(points[0].condition).name else None
        axis.plot(x, y, "o-" if fine else "o:", color=colour, markersize=3, label=label)
        if fine:
            low, high = ([100.0, *(getattr(one.ratio, bound) for one in own)] for bound in ("low", "high"))
            axis.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)
    axis.set_xlabel("share of words changed")
    axis.set_ylabel("noised over clean chrF++, %")


def _against_clean(axis: Axes, points: Sequence[Point]) -> None:
    """A mark an arm and condition; the line is what the source gets, copied."""
    for number, source in enumerate(dict.fromkeys(one.source for one in points)):
        own = [one for one in points if one.source == source]
        axis.plot(
            [one.clean for one in own], [one.ratio.mean for one in own], MARKS[number % len(MARKS)], markersize=4,
            linestyle="none", color=COLOURS[number % len(COLOURS)], label=source,
        )  # fmt: skip
    axis.axvline(points[0].copy, linestyle="--", color="grey", linewidth=0.9, label="source, copied")
    axis.set_xlabel("clean chrF++")
    axis.set_ylabel("noised over clean chrF++, %")
