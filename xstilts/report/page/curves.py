"""Small pictures of all trainings: the English development score by step, one line a source and seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite
from typing import Any

from xstilts.report.figures.grid import TITLES, Grid, dev_curve, tasks_of
from xstilts.report.page.html import element

WIDTH, HEIGHT, LEFT, BOTTOM = 240, 120, 26, 14
CROWD = 16  # lines that a picture holds at their full width


def curve_figures(grid: Grid) -> str:
    """One figure for each intermediate task and one for each training set of a target.

    An oracle's development scores are not English, so they have no line."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for curve in grid.curves:
        for task in tasks_of(curve) if curve.get("selection") != "oracle" else ():
            if dev_curve(curve, task):
                groups.setdefault((curve["stage"], task), []).append(curve)
    figures = [
        element(
            "figure", _svg(grid, task, curves) + element("figcaption", escape(f"{stage}: {TITLES.get(task, task)}"))
        )
        for (stage, task), curves in groups.items()
    ]
    return element("div", "".join(figures), "curves") if figures else ""


def source_class(grid: Grid, source: str) -> str:
    """The colour and dash classes of a source: eight colours, then the same dashed, then dotted. Rows come first."""
    number = grid.everything.index(source)
    return f"s{number % 8} d{number // 8 % 3}"


def source_key(grid: Grid) -> str:
    """Which line is which source."""
    line = '<svg viewBox="0 0 24 8" aria-hidden="true"><path class="line {}" d="M0,4H24"/></svg>'
    spans = [element("span", line.format(source_class(grid, name)) + escape(name)) for name in grid.everything]
    return element("p", "".join(spans), "key lines soft")


def _svg(grid: Grid, task: str, curves: Sequence[Mapping[str, Any]]) -> str:
    """The score over the share of the training that is done, because sources differ in steps."""
    points = [[one for one in dev_curve(curve, task) if isfinite(one[1])] for curve in curves]
    values = [value for own in points for _, value in own]
    is_score = all(0 <= value <= 100 for value in values)  # and no perplexity, which stands there with a minus
    low, high = (0.0, 100.0) if is_score else (min(values), max([0.0, *values]))
    lines = []
    for curve, own in zip(curves, points, strict=True):
        if not own:
            continue
        last = own[-1][0] or 1
        places = [(_x(step / last), _y((value - low) / (high - low))) for step, value in own]
        kind = source_class(grid, curve["source"]) + (" collapsed" if curve["collapsed"] else "")
        title = escape(f"{task} from {curve['source']}, seed {curve['seed']}: {own[-1][1]:.1f} at the end")
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        dots = "".join(f'<circle class="dot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="1.8"/>' for x, y in places)
        lines.append(f'<g><title>{title}</title><polyline class="line {kind}" points="{path}"/>{dots}</g>')
    axes = "".join(
        f'<path class="axis" d="M{LEFT},{_y(share):.1f}H{WIDTH}"/><text x="{LEFT - 4}" y="{_y(share) + 3:.1f}" '
        f'text-anchor="end">{low + share * (high - low):.0f}</text>'
        for share in (0, 0.5, 1)
    )
    ends = (
        f'<text x="{LEFT}" y="{HEIGHT - 2}">start</text><text x="{WIDTH}" y="{HEIGHT - 2}" text-anchor="end">end</text>'
    )
    label = escape(f"development score of {len(curves)} trainings")
    kind = ' class="crowd"' if len(lines) > CROWD else ""
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}"{kind}>'
    return f"{head}{axes}{ends}{''.join(lines)}</svg>"


def _x(share: float) -> float:
    return LEFT + 4 + share * (WIDTH - LEFT - 8)


def _y(share: float) -> float:
    return 6 + (1 - share) * (HEIGHT - BOTTOM - 10)
