"""Small pictures of all trainings: the English development score by step, one line a source and seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from stages.report.grid import TITLES, Grid
from stages.report.html import element

WIDTH, HEIGHT, LEFT, BOTTOM = 240, 120, 26, 14


def curve_figures(grid: Grid) -> str:
    """One figure for the intermediate trainings and one for each training set of a target."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for curve in grid.curves:
        if curve["dev"]:
            name = curve["task"] if curve["stage"] == "target" else "all sources"
            groups.setdefault((curve["stage"], name), []).append(curve)
    figures = [
        element("figure", _svg(grid, curves) + element("figcaption", escape(f"{stage}: {TITLES.get(name, name)}")))
        for (stage, name), curves in groups.items()
    ]
    return element("div", "".join(figures), "curves") if figures else ""


def source_class(grid: Grid, source: str) -> str:
    """The colour class of a source; eight colours, controls after the rows of the table."""
    return f"s{[*grid.sources, *grid.controls].index(source) % 8}"


def source_key(grid: Grid) -> str:
    """Which colour is which source."""
    names = [*grid.sources, *grid.controls]
    spans = [element("span", escape(name), source_class(grid, name)) for name in names]
    return element("p", "".join(spans), "key soft")


def _svg(grid: Grid, curves: Sequence[Mapping[str, Any]]) -> str:
    """The score as 0-100 over the share of the training that is done, because sources differ in steps."""
    lines = []
    for curve in curves:
        last = max(point["step"] for point in curve["dev"]) or 1
        points = [(_x(point["step"] / last), _y(point["value"])) for point in curve["dev"]]
        kind = source_class(grid, curve["source"]) + (" collapsed" if curve["collapsed"] else "")
        title = escape(
            f"{curve['task']} from {curve['source']}, seed {curve['seed']}: {curve['dev'][-1]['value']:.1f} at the end"
        )
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = "".join(f'<circle class="dot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="1.8"/>' for x, y in points)
        lines.append(f'<g><title>{title}</title><polyline class="line {kind}" points="{path}"/>{dots}</g>')
    axes = "".join(
        f'<path class="axis" d="M{LEFT},{_y(value):.1f}H{WIDTH}"/><text x="{LEFT - 4}" y="{_y(value) + 3:.1f}" '
        f'text-anchor="end">{value}</text>'
        for value in (0, 50, 100)
    )
    ends = (
        f'<text x="{LEFT}" y="{HEIGHT - 2}">start</text><text x="{WIDTH}" y="{HEIGHT - 2}" text-anchor="end">end</text>'
    )
    label = escape(f"development score of {len(curves)} trainings")
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{axes}{ends}{"".join(lines)}</svg>'


def _x(share: float) -> float:
    return LEFT + 4 + share * (WIDTH - LEFT - 8)


def _y(value: float) -> float:
    return 6 + (1 - value / 100) * (HEIGHT - BOTTOM - 10)
