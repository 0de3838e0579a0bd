"""`xstilts compare`: DVC's experiments side by side, with the figures that moved and the parameters that changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from xstilts.cells.rebuild import git
from xstilts.commands.names import MaybeSource
from xstilts.commands.output import AsJson, Table, note, print_json, print_table
from xstilts.commands.project import enter
from xstilts.errors import InputError, unknown
from xstilts.params.load import load

TABLE, PARAMS = Path("results/table.csv"), Path("params.yaml")
WORKSPACE = "workspace"
NOT_READ = ("", "Success")  # states of an experiment that is over
Figures = Mapping[tuple[str, str], float]  # source, column


@dataclass(frozen=True)
class Run:
    """A commit, an experiment or the workspace: its table and its parameters (by dotted key)."""

    name: str
    figures: Figures = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)


def compare(
    source: MaybeSource = None,
    commits: Annotated[int, typer.Option("--commits", help="The last so many, with their experiments.", min=1)] = 1,
    everything: Annotated[bool, typer.Option("--all", help="Also what is the same in all.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show experiments of DVC side by side: what moved, and why.

    A line is an experiment and a source; a column is a target, as in the table. Behind a figure stands how far it is
    from that of the first line of the same source. Only sources and targets with a figure that moved are shown, and
    below them only parameters that differ. `dvc exp show` has everything.

    \b
    Examples:
      xstilts compare
      xstilts compare mnli
      xstilts compare --commits 3 --all
    """
    root = enter()
    runs = [_read(root, name, rev) for name, rev in _experiments(commits)]
    runs = [run for run in runs if run.figures]
    if not runs:
        raise InputError(f"{TABLE}: found no table in the workspace or a commit (`make repro` makes it)")
    if runs[0].name == WORKSPACE and len(runs) > 1 and (runs[0].figures, runs[0].params) == (
        runs[1].figures, runs[1].params,
    ):  # fmt: skip
        runs = runs[1:]  # nothing is changed there
    elif runs[0].name == WORKSPACE:
        runs = [*runs[1:], runs[0]]  # compared with a commit, not the other way round
    there = list(dict.fromkeys(own for run in runs for own, _ in run.figures))
    if source is not None and source not in there:
        raise unknown("source", source, there, str(TABLE))
    sources = [own for own in there if source in (None, own)]
    moved, changed = side_by_side(runs, sources, everything), parameters(runs)
    if as_json:
        print_json({"figures": moved.records(), "parameters": changed.records()})
        return
    if moved.rows:
        print_table(moved)
    if len(runs) == 1:
        note(f"there is one run alone, {runs[0].name}: `dvc exp run -S KEY=VALUE` makes another")
    elif not moved.rows:
        note(f"all figures are the same in {', '.join(run.name for run in runs)}")
    if changed.rows:
        print_table(changed)


def _experiments(commits: int) -> list[tuple[str, str]]:
    """Name and revision of the workspace, the last commits and their experiments, in DVC's order."""
    from dvc.api import exp_show
    from dvc.exceptions import DvcException

    try:
        found = exp_show(num=commits)
    except DvcException as error:
        raise InputError(f"dvc: {' '.join(str(error).split())}") from None
    runs = []
    for one in found:
        name, state = str(one["Experiment"] or one["rev"]), str(one["State"] or "")
        if state in NOT_READ:
            runs.append((name, str(one["rev"])))
        else:
            note(f"{name}: {state.lower()}")
    return runs


def _read(root: Path, name: str, rev: str) -> Run:
    """A run as it is in git, or in the working folder."""
    table, params = (_text(root, rev, path) for path in (TABLE, PARAMS))
    return Run(name, figures(table), flat(load(params, str(PARAMS))) if params else {})


def _text(root: Path, rev: str, path: Path) -> str:
    """A file of a revision; empty if it has none."""
    if rev == WORKSPACE:
        return (root / path).read_text(encoding="utf-8") if (root / path).is_file() else ""
    try:
        return git(root, "show", f"{rev}:./{path.as_posix()}")
    except InputError:
        return ""


def figures(text: str) -> dict[tuple[str, str], float]:
    """The means of a table.csv, by source and column."""
    return {
        (row["source"], column): float(value)
        for row in csv.DictReader(io.StringIO(text))
        if row.get("statistic") == "mean"
        for column, value in row.items()
        if column not in ("source", "statistic") and value
    }


def flat(value: Any, place: str = "") -> dict[str, Any]:
    """A nested mapping as one of dotted keys; a list is a value."""
    if not isinstance(value, Mapping) or not value:
        return {place: value}
    return {key: own for name, part in value.items() for key, own in flat(part, f"{place}.{name}".lstrip(".")).items()}


def side_by_side(runs: Sequence[Run], sources: Sequence[str], everything: bool) -> Table:
    """A line a source and run. Without `everything` only sources and columns in which a run differs from the first."""
    columns = list(dict.fromkeys(column for run in runs for _, column in run.figures))
    differs = {
        key for source in sources for column in columns
        if len({run.figures.get(key := (source, column)) for run in runs}) > 1
    }  # fmt: skip
    if not everything:
        sources = [source for source in sources if any(own == source for own, _ in differs)]
        columns = [column for column in columns if any(own == column for _, own in differs)]
    rows = []
    for source in sources:
        firsts = {column: run.figures.get((source, column)) for run in runs[:1] for column in columns}
        for run in runs:
            cells = [_cell(run.figures.get((source, one)), None if run is runs[0] else firsts[one]) for one in columns]
            rows.append((source, run.name, *cells))
    return Table(("source", "run", *columns), rows)


def _cell(figure: float | None, first: float | None) -> str | None:
    """`74.8 +1.2`: a figure, and how far it is from the first one where it is another."""
    if figure is None:
        return None
    change = 0.0 if first is None else round(figure, 1) - round(first, 1)
    return f"{figure:.1f}" + (f" {change:+.1f}" if first is not None and first != figure else "")


def parameters(runs: Sequence[Run]) -> Table:
    """The parameters that are not the same in all runs, with their values; None (a dash) where a run has none."""
    keys = list(dict.fromkeys(key for run in runs for key in run.params))
    rows = []
    for key in keys:
        values = [run.params.get(key) for run in runs]
        if any(value != values[0] for value in values):
            rows.append((key, *(None if value is None else str(value) for value in values)))
    return Table(("parameter", *(run.name for run in runs)), rows)
