"""One picture of the table: scores as text, colours for the change against `none`. The same bytes each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xstilts.records.files import writing
from xstilts.report.figures.grid import MAIN, TITLES
from xstilts.report.tables.table import Table


def write_heatmap(path: Path, table: Table) -> None:
    """Write an svg whose bytes depend on the table and on matplotlib's version alone."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    settings: dict[Any, Any] = {
        "svg.hashsalt": "xstilts",
        "svg.fonttype": "none",
        "font.size": 9,
        "font.family": "sans-serif",
    }
    deltas = [[table.delta(row, column, MAIN) or 0.0 for column in table.columns] for row in table.rows]
    limit = max(1.0, *(abs(value) for row in deltas for value in row))
    with matplotlib.rc_context(settings), writing(path) as temporary:
        figure, axes = pyplot.subplots(figsize=(1.5 + 0.8 * len(table.columns), 1.2 + 0.35 * len(table.rows)))
        image = axes.imshow(deltas, cmap="RdBu", vmin=-limit, vmax=limit, aspect="auto")
        titles = [TITLES.get(column.name, column.name) for column in table.columns]
        axes.set_xticks(range(len(titles)), titles)
        axes.set_yticks(range(len(table.rows)), table.rows)
        axes.tick_params(length=0, top=True, bottom=False, labeltop=True, labelbottom=False)
        for y, row in enumerate(table.rows):
            for x, column in enumerate(table.columns):
                value = table.values.get((row, column.name, MAIN))
                colour = "white" if abs(deltas[y][x]) > 0.6 * limit else "black"
                axes.text(x, y, f"{value.mean:.1f}" if value else "", ha="center", va="center", color=colour)
        figure.colorbar(image, ax=axes, label="change against none", pad=0.02)
        figure.savefig(temporary, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
        pyplot.close(figure)
