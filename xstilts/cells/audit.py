"""Whether predictions, cells and the two csv tables agree: all cells scored again, both tables written again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.records.files import read_text
from xstilts.records.results import read_cells
from xstilts.report.figures.grid import MAIN, Grid, in_order
from xstilts.report.tables.table import main_table, to_csv
from xstilts.report.tables.write import write_long
from xstilts.scoring.cells import Cell, Gold, label

Key = tuple[str, int, str]  # source, seed, language (`tr`, or `tr@swap-0.10` under a condition)


@dataclass
class Audit:
    """How many cells were looked at, how many are equal, and what is wrong with the others."""

    checked: int = 0
    equal: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, target: str, stored: Mapping[Key, Cell], again: Mapping[Key, Cell]) -> None:
        """Compare cells of one target. One that is on one side alone counts as checked, and is not equal."""
        for source, seed, language in {**stored, **again}:
            before, now = (cells.get((source, seed, language)) for cells in (stored, again))
            self.checked += 1
            self.equal += before == now
            if before != now:
                cell = name(source, target, language, seed)
                self.problems.append(f"{cell}: {paths.cells(target)} has {shown(before)}, found {shown(now)}")


def name(source: str, target: str, language: str, seed: int) -> str:
    """A cell in words."""
    return f"{target}/{language} from {source}, seed {seed}"


def shown(cell: Cell | None) -> str:
    """A cell's figures in one line."""
    if cell is None:
        return "no such cell"
    return ", ".join([f"main {cell['main']}", *(f"{key} {value}" for key, value in cell["scores"].items())])


def by_key(cells: Sequence[Cell]) -> dict[Key, Cell]:
    """Cells by source, seed and language."""
    return {(cell["source"], cell["seed"], label(cell)): cell for cell in cells}


def audit(params: Params) -> Iterator[tuple[str, Audit]]:
    """(target or table, what was found) one after another, from the files of the working folder.

    The tables are written again from the scores of the predictions, so that a figure in them that no prediction gives
    is found; where predictions are missing, the tables cannot be compared, and that is a problem too."""
    documents: dict[str, dict[str, Any]] = {}
    complete = True
    for target in in_order(params):
        found, gold = Audit(), Gold(params, target)
        document = read_cells(paths.cells(target))
        stored, again = by_key(document["cells"]), list[Cell]()
        for source, seed in product(params.sources, params.seeds):
            try:
                again += gold.cells(gold.run(source, seed))
            except InputError as error:
                found.problems.append(str(error))
                complete = False
        found.add(target, stored, by_key(again))
        documents[target] = {**document, "cells": again}
        yield target, found
    if complete:
        yield from _tables(_grid(params, documents))
    else:
        yield "tables", Audit(problems=["results/table.csv: not compared, as predictions are missing"])


def _grid(params: Params, documents: Mapping[str, Mapping[str, Any]]) -> Grid:
    """What the tables are made from. Of curves only what each source trains on: the others give marks, no figures."""
    families = params.target_families()
    tasks = {row: [*params.source(row).tasks, *["mlm"] * bool(params.source(row).mlm)] for row in params.rows}
    scores = {
        (target, cell["source"], cell["seed"], label(cell)): {**cell["scores"], MAIN: cell["main"]}
        for target, document in documents.items()
        for cell in document["cells"]
    }
    return Grid(
        profile=params.profile, kind=params.data.kind, seeds=params.seeds, targets=list(documents),
        curves=[
            {"stage": "intermediate", "source": row, "seed": seed, "tasks": own, "collapsed": None}
            for (row, own), seed in product(tasks.items(), params.seeds)
        ],
        sources=params.rows, controls={},
        documents=documents, scores=scores,
        training_of={name: None if families[name] == "retrieval" else name for name in documents},
    )  # fmt: skip


def _tables(grid: Grid) -> Iterator[tuple[str, Audit]]:
    """Lines of the two tables that hold figures: the one of means, and the one of all cells."""
    with TemporaryDirectory() as folder:
        write_long(Path(folder) / "long.csv", grid)
        again = {"table.csv": to_csv(main_table(grid)), "long.csv": read_text(Path(folder) / "long.csv")}
    for file, text in again.items():
        before, now = read_text(Path("results") / file).splitlines(), text.splitlines()
        found = Audit(max(len(before), len(now)), sum(map(str.__eq__, before, now)))
        for number, (one, other) in enumerate(zip(before, now), start=1):
            if one != other:
                found.problems.append(f"results/{file}:{number}: found {one!r}, expected {other!r}")
        if len(before) != len(now):
            found.problems.append(f"results/{file}: found {len(before)} lines, expected {len(now)}")
        yield f"results/{file}", found
