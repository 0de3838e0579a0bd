"""What the choice of the checkpoint is worth: English development sets (of record), the last one, and an oracle.

English scores often fail to track those of target languages, or even move the other way (Keung et al. 2020, arXiv
2004.15001); the oracle says how much of a difference between sources may be due to that. It has seen labels of target
languages, so it stands in tables of its own and never in the main one.
"""

from __future__ import annotations

from xstilts.report.figures.averages import task_scores
from xstilts.report.figures.grid import MAIN, TITLES, Grid
from xstilts.report.tables.table import COLLAPSED, Column, Table

RECORD = "English dev"
TITLE = "Choice of the checkpoint"
REMARK = (
    "English dev is the choice of record. The last checkpoint needs no development set; the oracle takes the best mean "
    "on the development sets of the target's other languages, so it is not zero-shot (for XQuAD those of MLQA)."
)


def selection_tables(grid: Grid) -> dict[str, Table]:
    """One table for each row of the main table that has others beside it: choices by targets that are trained."""
    columns = [
        Column(target, TITLES.get(target, target), tuple(grid.figures(target)))
        for target in grid.targets
        if grid.training_of[target]
    ]
    tables: dict[str, Table] = {}
    for base in grid.sources:
        others = {how: name for name, (record, how) in grid.selections.items() if record == base}
        if not others:
            continue
        table = Table(columns, base={column.name: RECORD for column in columns}, ranked=False)
        for row, source in {RECORD: base, **others}.items():
            for column in columns:
                for figure in dict.fromkeys((*column.figures, MAIN)):
                    table.put(row, column, figure, task_scores(grid, column.name, source, figure))
                if grid.collapsed(column.name, source):
                    table.marks[row, column.name] = COLLAPSED
        tables[f"{TITLE}: {base}"] = table
    return tables
