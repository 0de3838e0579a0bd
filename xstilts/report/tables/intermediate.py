"""The second table: sources by intermediate tasks, on the tasks' own development sets; and translated training data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xstilts.report.figures.grid import MAIN, TITLES, Grid, seed_list
from xstilts.report.tables.table import COLLAPSED, Column, Table

AT_CHANCE = " at chance"
LAST = "chance"  # the last row
TRANSLATION = (
    "translation", "task", "language", "by", "rows in", "rows out", "dropped", "chrF", "length ratio", "copies",
)  # fmt: skip


def title(name: str) -> str:
    """A task or a part of one for people: `anli_plus` is ANLI+, `anli/r1` ANLI r1."""
    head, _, tail = name.partition("/")
    return f"{TITLES.get(head, head)} {tail}".strip()


def intermediate_table(grid: Grid) -> Table:
    """Sources by the tasks they train on. Changes are against the source that trains on that task alone."""
    development = grid.development
    table = Table([_column(grid, task) for task in development.tasks], base=_alone(grid), yardstick=LAST)
    failed = {curve["source"] for curve in grid.curves if curve["stage"] == "intermediate" and curve["collapsed"]}
    weak = development.at_chance()
    for source in grid.sources:
        for column in table.columns:
            cells = development.of(column.name, source).values()
            for figure, values in _by_figure([{**cell["scores"], MAIN: cell["main"]} for cell in cells]).items():
                table.put(source, column, figure, values)
            if cells:
                mark = COLLAPSED * (source in failed) + AT_CHANCE * ((source, column.name) in weak)
                table.marks[source, column.name] = mark
    for column in table.columns if table.rows else ():
        chance = development.tasks[column.name]["chance"]
        if chance is not None:
            table.put(LAST, column, MAIN, [chance])
    return table


def _column(grid: Grid, task: str) -> Column:
    figures = grid.development.figures(task)
    shown = figures if len(figures) > 1 else (MAIN,)
    return Column(task, title(task), shown, heat=grid.development.is_better_higher(task))


def _alone(grid: Grid) -> dict[str, str]:
    """Task -> the first source that trains on nothing else; a task without one has nothing to be compared with."""
    found = dict.fromkeys(grid.development.tasks, "")
    for curve in grid.curves:
        if curve["stage"] == "intermediate" and len(curve["tasks"]) == 1 and curve["source"] in grid.sources:
            found[curve["tasks"][0]] = found[curve["tasks"][0]] or curve["source"]
    return found


def _by_figure(scores: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Figure -> values by seed, of a score that every seed has."""
    names = [name for name in scores[0] if all(name in one for one in scores)] if scores else []
    return {name: [one[name] for one in scores] for name in names}


def part_tables(grid: Grid) -> dict[str, Table]:
    """For each task whose development set has parts (the three rounds of ANLI), sources by parts."""
    found, alone = {}, _alone(grid)
    for task in grid.development.tasks:
        heat = grid.development.is_better_higher(task)
        own = {source: grid.development.of(task, source).values() for source in grid.sources}
        names = dict.fromkeys(name for cells in own.values() for cell in cells for name in cell["parts"])
        columns = [Column(name, title(name), heat=heat) for name in names]
        table = Table(columns, base=dict.fromkeys(names, alone[task]))
        for source, cells in own.items():
            for column in columns if cells else ():
                with_part = [cell["parts"][column.name] for cell in cells if column.name in cell["parts"]]
                table.put(source, column, MAIN, [part["main"] for part in with_part])
        if names:
            found[task] = table
    return found


def whole_table(table: Table, parts: Mapping[str, Table]) -> Table:
    """Tasks and their parts in one table, for csv: a part's column is called `task:part`."""
    whole = Table(
        list(table.columns), list(table.rows), dict(table.values), base=dict(table.base), yardstick=table.yardstick
    )
    for task, own in parts.items():
        names = {column.name: f"{task}:{column.name}" for column in own.columns}
        whole.columns = [*whole.columns, *(Column(name, name) for name in names.values())]
        whole.values |= {(row, names[column], figure): value for (row, column, figure), value in own.values.items()}
        whole.base |= {names[column]: row for column, row in own.base.items()}
    return whole


def remarks(grid: Grid) -> list[str]:
    """What to know before believing the second table."""
    development = grid.development
    if not development.tasks:
        return ["No source trains on an intermediate task."]
    lines: list[str] = []
    if any(len(development.sources(task)) > 1 for task in development.tasks):
        lines.append("A signed figure is the change against the source that trains on that task alone.")
    sizes: dict[str, set[int]] = {}
    for (task, _, _), cell in development.cells.items():
        sizes.setdefault(task, set()).add(cell["n"])
    rows = "; ".join(f"{title(task)} {' or '.join(map('{:,}'.format, sorted(own)))}" for task, own in sizes.items())
    lines.append(f"Rows scored: {rows}.")
    if own := "; ".join(f"{title(task)} of {name} ({' '.join(one)})" for (name, task), one in grid.dev_in.items()):
        lines.append(f"Development sets that are not in English: {own}.")
    if worse := [title(task) for task in development.tasks if not development.is_better_higher(task)]:
        lines.append(f"{', '.join(worse)}: perplexity of masked words; lower is better.")
    return lines


def at_chance(grid: Grid) -> list[str]:
    """One line that names every source which has not learnt what it was trained on; none where all have."""
    found: dict[str, list[str]] = {}
    for (source, task), seeds in grid.development.at_chance().items():
        if source in grid.sources:  # a control is meant to learn nothing
            found.setdefault(source, []).append(title(task) + (seed_list(seeds) if len(grid.seeds) > 1 else ""))
    rows = "; ".join(f"{source} on {', '.join(tasks)}" for source, tasks in found.items())
    return [f"At chance on the very task of the intermediate training: {rows}."] if found else []


def translation_lines(grid: Grid) -> list[list[str]]:
    """Header and one line a translation: how much came out of it, and how good that is."""
    lines = [list(TRANSLATION)]
    for name, one in grid.translations.items():
        dropped = "; ".join(f"{reason}: {count}" for reason, count in sorted(one["dropped"].items()) if count)
        chrf = "no reference" if one["chrf"] is None else f"{one['chrf']:.1f}"
        numbers = [f"{one['rows_in']:,}", f"{one['rows_out']:,}", dropped or "none", chrf]
        quality = [f"{one['length_ratio']:.2f}", f"{100 * one['copies']:.1f} %"]
        lines.append([name, title(one["task"]), one["language"], one["by"], *numbers, *quality])
    return lines
