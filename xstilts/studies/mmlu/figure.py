"""The figure: accuracy above guessing against the time of an answer, every source, a panel an exam."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.report.figures.grid import TITLES
from xstilts.studies.mmlu.latency import Latency
from xstilts.studies.mmlu.measure import Level
from xstilts.studies.pictures import panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKS = {"record": "o", "random": "x", "ablated": "s"}
COLOURS = tuple(f"C{number}" for number in range(10))


def write_figure(folder: Path, levels: Sequence[Level], latency: Mapping[str, Latency]) -> None:
    """Write `latency.svg` and `latency.png`. Where no time is known, sources stand side by side."""
    targets = list(dict.fromkeys(one.target for one in levels))
    with panels(folder, "latency", [TITLES.get(target, target) for target in targets]) as axes:
        for axis, target in zip(axes, targets, strict=True):
            _panel(axis, [one for one in levels if one.target == target], latency)


def _panel(axis: Axes, levels: Sequence[Level], latency: Mapping[str, Latency]) -> None:
    axis.axhline(0, color="grey", linewidth=0.8)
    for number, one in enumerate(levels):
        if latency and one.source not in latency:
            continue
        x = latency[one.source].p50 if latency else float(number)
        by = one.above.by
        low, high = (by.mean if bound is None else bound for bound in (by.low, by.high))
        axis.errorbar(
            [x], [by.mean], yerr=[[max(0.0, by.mean - low)], [max(0.0, high - by.mean)]], fmt=MARKS.get(one.kind, "d"),
            color=COLOURS[number % len(COLOURS)], markersize=4, linewidth=0.9, label=one.source,
        )  # fmt: skip
    axis.set_ylabel("accuracy above guessing, points")
    axis.set_xlabel("time of an answer, median, ms" if latency else "sources (no time was measured)")
    if latency:
        axis.set_xlim(0, 1.25 * max(one.p50 for one in latency.values()))
    else:
        axis.set_xticks([])
