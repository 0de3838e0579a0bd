"""Two figures a target: the drop against the size of the data, and noised scores against clean ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xstilts.report.figures.grid import TITLES
from xstilts.studies.noised import Noised
from xstilts.studies.pictures import panels
from xstilts.studies.robustness.measure import Measured, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = tuple(f"C{number}" for number in range(10))


def write_figures(folder: Path, target: Noised, measured: Measured) -> None:
    """Write both figures of one target."""
    own = [one for one in measured.points if one.target == target.name]
    titles = [f"{TITLES.get(target.name, target.name)}, {condition}" for condition in target.conditions]
    with panels(folder, f"size-{target.name}", titles) as axes:
        for axis, condition in zip(axes, target.conditions, strict=True):
            _by_size(axis, [one for one in own if one.condition == condition])
    with panels(folder, f"effective-{target.name}", titles) as axes:
        for axis, condition in zip(axes, target.conditions, strict=True):
            _against_clean(axis, [one for one in own if one.condition == condition])
            if line := measured.lines[target.name, condition]:
                x = np.linspace(*axis.get_xlim(), 50)
                axis.plot(x, line.expected(x), color="black", linewidth=0.8, label="no intermediate data")


def _by_size(axis: Axes, points: list[Point]) -> None:
    """A line a series with its band. Noised rows are stars, and what has no size is a line across."""
    for colour, name in zip(COLOURS, dict.fromkeys(one.series for one in points if one.series)):
        own = sorted((one for one in points if one.series == name), key=lambda one: one.size or 0)
        x = [float(one.size or 0) for one in own]
        low, high = ([getattr(one.drop, bound) for one in own] for bound in ("low", "high"))
        axis.plot(x, [one.drop.mean for one in own], "o-", color=colour, markersize=3, label=name)
        axis.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)
    for one, mark in zip((one for one in points if one.size and not one.series), "*Pdv" * 3):
        axis.plot([float(one.size or 0)], [one.drop.mean], mark, color="black", label=one.source)
    for one in points:
        if one.size is None:
            style = "--" if one.source == "none" else ":"
            axis.axhline(one.drop.mean, linestyle=style, color="grey", linewidth=0.9, label=one.source)
    axis.set_xscale("log", base=2)
    axis.set_xlabel("rows of intermediate data")
    axis.set_ylabel("clean minus noised, points")


def _against_clean(axis: Axes, points: list[Point]) -> None:
    """A dot a source."""
    names = list(dict.fromkeys(one.series or one.source for one in points))
    marks = dict(zip(names, "osD^vP*X<>" * 3))
    for number, name in enumerate(names):
        own = [one for one in points if (one.series or one.source) == name]
        axis.plot(
            [one.clean for one in own], [one.noised for one in own], marks[name], markersize=4, linestyle="none",
            color=COLOURS[number % len(COLOURS)], label=name,
        )  # fmt: skip
    axis.set_xlabel("clean score")
    axis.set_ylabel("score under the condition")
