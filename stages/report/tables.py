"""The tables: sources by tasks, and sources by languages for each target. Built once, written as csv, md and text."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stages.report.averages import GROUPS, Figure, group_scores, overall, overall_name, task_scores, transfer_gap
from stages.report.controls import Controls, highest
from stages.report.grid import MAIN, TITLES, Grid

COLLAPSED = "†"
FORMAT_ONLY = "‡"
TERMINAL = 120  # columns
FIGURES = {"f1": "F1", "em": "EM"}  # as people write them


@dataclass(frozen=True)
class Column:
    """One column of a table: a task or a language with the figures that head it, or an average."""

    name: str
    title: str
    figures: tuple[str, ...] = (MAIN,)
    heat: bool = True  # whether more is better, so that changes may be coloured


@dataclass
class Table:
    """Figures by (row, column, figure), the marks of single entries, and what changes are measured against."""

    columns: Sequence[Column]
    rows: list[str] = field(default_factory=list)
    values: dict[tuple[str, str, str], Figure] = field(default_factory=dict)
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    base: dict[str, str] = field(default_factory=dict)  # column -> the row that changes are against, if not `none`
    yardstick: str = ""  # a row that is no source, such as chance: it has no change

    def put(self, row: str, column: Column, figure: str, values: Sequence[float]) -> None:
        """Enter the mean over seeds; no value, no entry."""
        if row not in self.rows:
            self.rows.append(row)
        if values:
            self.values[row, column.name, figure] = Figure.of(values)

    def delta(self, row: str, column: Column, figure: str) -> float | None:
        """Difference to the base row."""
        first = self.base.get(column.name, "none")
        own, base = (self.values.get((name, column.name, figure)) for name in (row, first))
        return own.mean - base.mean if own and base and row not in (first, self.yardstick) else None

    def text(self, row: str, column: Column, spread: bool = False) -> str:
        """An entry as people write it: `61.2`, `61.2 ± 0.4`, `60.1 / 44.8` for F1 / EM, with its mark.

        A row that has the main figure alone (chance) shows that."""
        names = [name for name in column.figures if (row, column.name, name) in self.values] or [MAIN]
        figures = [self.values[key] for name in names if (key := (row, column.name, name)) in self.values]
        texts = [f"{one.mean:z.1f}" + (f" ± {one.sd:.1f}" if spread and one.sd is not None else "") for one in figures]
        return " / ".join(texts) + self.marks.get((row, column.name), "") if texts else ""

    def delta_text(self, row: str, column: Column) -> str:
        """Signed differences to the base row, figure by figure."""
        values = [self.delta(row, column, figure) for figure in column.figures]
        return " / ".join(f"{value:+z.1f}" for value in values if value is not None)


def main_table(grid: Grid) -> Table:
    """Sources by tasks in the paper's order, then the average."""
    columns = [Column(name, TITLES.get(name, name), tuple(grid.figures(name))) for name in grid.targets]
    average = Column("average", overall_name(grid))
    table = Table([*columns, average])
    for source in grid.sources:
        for column in columns:
            for figure in dict.fromkeys((*column.figures, MAIN)):
                table.put(source, column, figure, task_scores(grid, column.name, source, figure))
            if grid.collapsed(column.name, source):
                table.marks[source, column.name] = COLLAPSED
        table.put(source, average, MAIN, overall(grid, source))
    return table


def averages_tables(grid: Grid) -> dict[str, Table]:
    """XTREME's group means, and per task the mean without English and the transfer gap, clearly named."""
    with_english = [name for name in grid.targets if transfer_gap(grid, name, grid.sources[0])]
    groups = Table(
        [
            Column(group, "QA" if group == "qa" else group)
            for group in GROUPS
            if group_scores(grid, group, grid.sources[0])
        ]
    )
    without = Table([Column(name, TITLES.get(name, name)) for name in with_english])
    gaps = Table([Column(name, TITLES.get(name, name), heat=False) for name in with_english])
    for source in grid.sources:
        for column in groups.columns:
            groups.put(source, column, MAIN, group_scores(grid, column.name, source))
        for column, gap in zip(without.columns, gaps.columns, strict=True):
            without.put(source, column, MAIN, task_scores(grid, column.name, source, english=False))
            gaps.put(source, gap, MAIN, transfer_gap(grid, column.name, source))
    named = {
        "Groups": groups,
        "Mean without English": without,
        "Transfer gap (English minus the mean of the others)": gaps,
    }
    return {title: table for title, table in named.items() if table.values}


def language_table(grid: Grid, target: str, controls: Controls) -> Table:
    """Sources by means and languages of one target; below them the highest control of each language."""
    figures = tuple(grid.figures(target))
    columns = []
    for language in grid.languages(target):
        marks = grid.marks(target, language)
        columns.append(Column(language, f"{language} ({', '.join(marks)})" if marks else language, figures))
    average, without = Column("mean", "mean", figures), Column("mean without en", "without en", figures)
    gap = Column("gap", "gap", heat=False)
    averages = [average, without, gap] if transfer_gap(grid, target, grid.sources[0]) else [average]
    table = Table([*averages, *columns])
    names = sorted({name for scores in grid.scores.items() if scores[0][0] == target for name in scores[1]})
    for source in grid.sources:
        for name in names:
            for column in columns:
                table.put(source, column, name, grid.values(target, source, column.name, name))
            table.put(source, average, name, task_scores(grid, target, source, name))
            table.put(source, without, name, task_scores(grid, target, source, name, english=False))
        table.put(source, gap, MAIN, transfer_gap(grid, target, source))
        if grid.collapsed(target, source):
            table.marks[source, "mean"] = COLLAPSED
    for column in columns:
        name, value = highest(controls[target][column.name])
        table.put("highest control", column, MAIN, [value])
        table.marks["highest control", column.name] = f" {name}"
    return table


def to_csv(table: Table, figures: bool = False) -> str:
    """Rows `source, statistic, ...`: mean, delta to the base row, and sd where there are several seeds.

    With `figures` there is a row for every figure (em, f1, f1_strict, ...), else a column for each that is shown."""
    lines: list[list[str]] = []
    names = sorted({key[2] for key in table.values}) if figures else [""]
    heads = [(column, figure) for column in table.columns for figure in (("",) if figures else column.figures)]
    for row in table.rows:
        for name in names:
            keys = [(row, column.name, figure or name) for column, figure in heads]
            own = [table.values.get(key) for key in keys]
            if not any(own):
                continue
            deltas = [table.delta(row, column, figure or name) for column, figure in heads]
            statistics = {
                "mean": [one.mean if one else None for one in own],
                "sd": [one.sd if one else None for one in own],
                "delta": deltas,
            }
            for statistic, values in statistics.items():
                if any(value is not None for value in values):
                    numbers = ["" if value is None else f"{value:.4f}" for value in values]
                    lines.append([row, *([name] if figures else []), statistic, *numbers])
    titles = [column.name if figure in ("", MAIN) else f"{column.name}_{figure}" for column, figure in heads]
    return _csv([["source", *(["figure"] if figures else []), "statistic", *titles], *lines])


def _csv(lines: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(lines)
    return buffer.getvalue()


def to_lines(table: Table, deltas: bool = False, spread: bool = False) -> list[list[str]]:
    """Header and rows as text. `deltas`: differences to `none` instead of scores."""
    columns = table.columns
    lines = [["source", *(_title(column) for column in columns)]]
    for row in table.rows:
        texts = [table.delta_text(row, column) if deltas else table.text(row, column, spread) for column in columns]
        if any(texts):
            lines.append([row, *texts])
    return lines


def _title(column: Column) -> str:
    heads = " / ".join(FIGURES.get(figure, figure) for figure in column.figures) if len(column.figures) > 1 else ""
    return f"{column.title} {heads}".strip()


def to_markdown(lines: Sequence[Sequence[str]]) -> str:
    """A table in markdown, aligned so that the source is readable too."""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    rule = [("-" * width if not n else "-" * (width - 1) + ":") for n, width in enumerate(widths)]
    return "".join(f"| {' | '.join(_pad(row, widths))} |\n" for row in (lines[0], rule, *lines[1:]))


def to_text(lines: Sequence[Sequence[str]]) -> str:
    """A table for the terminal. Where it would be wide, heads of several words take two lines."""
    first, *rows = lines
    if sum(max(map(_width, column)) + 2 for column in zip(*lines, strict=True)) > TERMINAL:
        parts = [head.partition(" ") for head in first]
        heads = [[head for head, _, _ in parts], [rest for _, _, rest in parts]]
    else:
        heads = [[*first]]
    widths = [max(map(_width, column)) for column in zip(*heads, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    return "".join("  ".join(_pad(row, widths)).rstrip() + "\n" for row in (*heads, rule, *rows))


def _pad(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The first column to the left, numbers to the right."""
    blanks = [" " * (width - _width(text)) for text, width in zip(row, widths, strict=True)]
    return [text + blank if not n else blank + text for n, (text, blank) in enumerate(zip(row, blanks, strict=True))]


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)
