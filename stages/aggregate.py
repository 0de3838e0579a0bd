"""Aggregation: every table, plot and view, from the cells and curves that the parameters ask for.

Nothing is computed here that a cell does not hold: means over languages, tasks and seeds in XTREME's way, and
differences to the source `none`. The MLflow view is rebuilt at the end; it can be deleted at any time.

    python -m stages.aggregate            # write everything
    python -m stages.aggregate --show     # print the table again
"""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import exit_cleanly
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json, write_text
from xstilts.report.figures.complete import left_over
from xstilts.report.figures.controls import format_only, read_controls
from xstilts.report.figures.extras import read_extras
from xstilts.report.figures.gains import read_statistics
from xstilts.report.figures.grid import read_grid
from xstilts.report.figures.runs import records, tables_record
from xstilts.report.figures.tracked import tracked
from xstilts.report.page.heatmap import write_heatmap
from xstilts.report.page.whole import page
from xstilts.report.paper import findings
from xstilts.report.paper.files import write_paper
from xstilts.report.paper.published import read_published
from xstilts.report.tables import write
from xstilts.report.tables.intermediate import intermediate_table, part_tables
from xstilts.report.tables.notes import intermediate_notes, notes
from xstilts.report.tables.selection import selection_tables
from xstilts.report.tables.table import averages_tables, main_table
from xstilts.report.tables.terminal import on_terminal
from xstilts.tracking import view as mlflow_view

RESULTS = Path("results")


def main() -> None:
    """Write everything under `results/` but predictions, cells and curves; rebuild the MLflow view; print the table."""
    params, (only_show,) = arguments(__doc__, "--show")
    grid = read_grid(params)
    controls = read_controls(grid)
    weak = format_only(grid, controls["targets"])
    table, averages, remarks = main_table(grid), averages_tables(grid), notes(grid, weak, controls["targets"])

    if only_show:
        print(on_terminal(table, remarks, RESULTS))
        return
    gains = read_statistics(grid)  # whatever may be refused is read before anything is written
    found = findings.findings(grid, gains, weak, read_published())
    extras, old = read_extras(RESULTS, params, findings.to_json(found)), write.old_languages(RESULTS, grid)
    second, parts = intermediate_table(grid), part_tables(grid)
    report = page(grid, table, averages, second, parts, controls, weak, remarks, extras)

    write_json(RESULTS / "controls.json", controls)
    write.write_tables(RESULTS, table, averages, selection_tables(grid), remarks, weak, gains, len(grid.seeds))
    write.write_languages(RESULTS, grid, controls["targets"], weak, old)
    write.write_long(RESULTS / "long.csv", grid)
    write.write_metrics(RESULTS / "metrics.json", grid)
    write.write_machines(RESULTS / "machines.json", grid)
    write.write_by_language(RESULTS / "by_language.json", grid)
    write.write_plots(RESULTS / "plots", grid, table)
    write.write_intermediate(RESULTS, grid, second, parts, intermediate_notes(grid))
    write.write_translations(RESULTS / "translations.md", grid)
    write_heatmap(RESULTS / "heatmap.svg", table)
    write_paper(RESULTS, grid, table, second, parts, controls["targets"], weak, gains, found)
    write_text(RESULTS / "report.html", report)

    runs = [tables_record(grid, RESULTS), *records(grid, tracked())]
    write_json(RESULTS / "mlflow.json", {run.name: run.content() for run in runs})
    view = mlflow_view.rebuild(grid.profile, runs)
    print(on_terminal(table, remarks, RESULTS), view, sep="\n")  # after all is written: a terminal may be gone
    if stale := left_over(params):
        print(f"{len(stale)} files and folders of other parameters were left out; `xstilts clean` lists them")


if __name__ == "__main__":
    exit_cleanly(main)
