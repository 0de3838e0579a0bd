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
from xstilts.records.files import write_json
from xstilts.report.figures.complete import left_over
from xstilts.report.figures.runs import records, tables_record
from xstilts.report.figures.tracked import tracked
from xstilts.report.tables.terminal import on_terminal
from xstilts.report.whole import Report
from xstilts.tracking import view as mlflow_view

RESULTS = Path("results")


def main() -> None:
    """Write everything under `results/` but predictions, cells and curves; rebuild the MLflow view; print the table."""
    params, (only_show,) = arguments(__doc__, "--show")
    report = Report(params, RESULTS)
    shown = on_terminal(report.table, report.remarks, RESULTS)
    if only_show:
        print(shown)
        return
    report.write()
    runs = [tables_record(report.grid, RESULTS), *records(report.grid, tracked())]
    write_json(RESULTS / "mlflow.json", {run.name: run.content() for run in runs})
    view = mlflow_view.rebuild(report.grid.profile, runs)
    print(shown, view, sep="\n")  # after all is written: a terminal may be gone
    if stale := left_over(params):
        print(f"{len(stale)} files and folders of other parameters were left out; `xstilts clean` lists them")


if __name__ == "__main__":
    exit_cleanly(main)
