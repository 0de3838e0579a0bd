"""What a reader finds behind a cell: its seeds, intervals, predictions, and the command that rebuilds it."""

from __future__ import annotations

import json
from html import escape
from itertools import product
from typing import Any

from xstilts import paths
from xstilts.report.figures.averages import language_change
from xstilts.report.figures.extras import Extras
from xstilts.report.figures.grid import TITLES, Grid, mean
from xstilts.report.page import html
from xstilts.report.page.html import element

RESULTS = "results"  # the page lies there, so links to its neighbours begin below


def link(target: str, source: str, seed: int) -> str:
    """Where the predictions lie, seen from the page."""
    return (paths.predictions(target, source) / f"{seed}.parquet").relative_to(RESULTS).as_posix()


def cells(grid: Grid, extras: Extras) -> str:
    """Every figure as data for the page's program: values and intervals by target, source, language and seed."""
    targets = {}
    for target in grid.targets:
        languages = grid.languages(target)
        runs = list(product(grid.sources, languages))
        own: dict[str, Any] = {"title": TITLES.get(target, target), "languages": languages}
        own["values"] = [[shown(value) for value in grid.values(target, *run)] for run in runs]
        own["means"] = [shown(mean(grid.values(target, *run))) for run in runs]
        own["changes"] = [shown(change(grid, target, *run)) for run in runs]
        if len(grid.figures(target)) > 1:
            own["of"] = "mean of F1 and EM"
        if extras.intervals:
            found = [[extras.intervals.get((target, source, seed, one)) for seed in grid.seeds] for source, one in runs]
            own["intervals"] = [[[shown(end) for end in one] if one else None for one in run] for run in found]
        targets[target] = own
    gains: dict[str, Any] = {}
    for (target, source), one in extras.gains.items():
        gains.setdefault(target, {})[source] = [*(shown(one[name]) for name in ("gain", "low", "high")), one["p_holm"]]
    content = {
        "seeds": [*grid.seeds], "sources": [*grid.sources], "targets": targets, "gains": gains,
        "link": link("TARGET", "SOURCE", 0).replace("0.parquet", "SEED.parquet"), "level": extras.level,
    }  # fmt: skip
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="cells">{text}</script>'


def shown(value: float | None) -> float | None:
    """A figure as the tables print it: rounded once and here, because JavaScript rounds halves otherwise."""
    return None if value is None else round(value, 1) + 0.0


def change(grid: Grid, target: str, source: str, language: str) -> float | None:
    """Against `none`; of that itself, and without it, there is none."""
    has_base = source != "none" and "none" in grid.sources
    return language_change(grid, target, source, language) if has_base else None


def predictions(grid: Grid, target: str) -> str:
    """Links to one target's predictions, and how to rebuild or compare them: for readers without the page's program."""
    rows = []
    for source in grid.sources:
        links = [element("a", f"seed {seed}", href=link(target, source, seed)) for seed in grid.seeds]
        rows.append(html.row(source, [element("td", " ".join(links))]))
    commands = (
        f"xstilts rebuild SOURCE {target} LANGUAGE --seed SEED",
        f"xstilts errors {target} LANGUAGE SOURCE_A SOURCE_B --seed SEED",
    )
    lines = [element("p", element("code", escape(text))) for text in commands]
    return html.folded("Predictions and commands", html.table([html.Head("predictions")], rows) + "".join(lines))
