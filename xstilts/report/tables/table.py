"""The tables: sources by tasks, and sources by languages for each target. Built once, written as csv, md and text."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xstilts.report.figures.averages import (
    GROUPS,
    Figure,
    averaged,
    benchmark,
    group_scores,
    overall,
    overall_name,
    task_scores,
    trained,
    transfer_gap,
    zero_shot_scores,
)
from xstilts.report.figures.controls import Controls, highest
from xstilts.report.figures.gains import Gain
from xstilts.report.figures.grid import MAIN, TITLES, Grid

COLLAPSED = "†"
FORMAT_ONLY = "‡"
SEEN = "§"  # the row was trained in a language of the figure
SIGNIFICANT = "*"
BOLD = "**{}**"  # in Markdown
CONTROL = "highest control"  # the last row of a table by language
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
    yardstick: str = ""  # a row that is no source, such as chance: it has no change and is not the best
    ranked: bool = True  # whether one row may be better than another

    def put(self, row: str, column: Column, figure: str, values: Sequence[float], trained: bool = True) -> None:
        """Enter the mean over seeds, without a spread where nothing was `trained`; no value, no entry."""
        if row not in self.rows:
            self.rows.append(row)
        if values:
            self.values[row, column.name, figure] = Figure.of(values, trained)

    def is_best(self, row: str, column: Column, figure: str, apart: Sequence[str] = ()) -> bool:
        """Whether an entry is the highest of its column as printed: what looks equal is equally good.

        Nothing is the best alone, nor where more is not better, nor in the yardstick and other rows set `apart`."""
        rows = [one for one in self.rows if one not in (self.yardstick, *apart)]
        found = {one: self.values.get((one, column.name, figure)) for one in rows}
        shown = {one: round(entry.mean, 1) for one, entry in found.items() if entry}
        return self.ranked and column.heat and len(shown) > 1 and shown.get(row) == max(shown.values())

    def delta(self, row: str, column: Column, figure: str) -> float | None:
        """Difference to the base row."""
        first = self.base.get(column.name, "none")
        own, base = (self.values.get((name, column.name, figure)) for name in (row, first))
        return own.mean - base.mean if own and base and row not in (first, self.yardstick) else None

    def text(self, row: str, column: Column, spread: bool = False, best: str = "{}") -> str:
        """An entry as people write it: `61.2`, `61.2 ± 0.4`, `60.1 / 44.8` for F1 / EM, with its mark.

        A row that has the main figure alone (chance) shows that. `best`: how the best of a column is set."""
        names = [name for name in column.figures if (row, column.name, name) in self.values] or [MAIN]
        texts = []
        for name in names:
            if one := self.values.get((row, column.name, name)):
                text = (best if self.is_best(row, column, name) else "{}").format(f"{one.mean:z.1f}")
                texts.append(text + (f" ± {one.sd:.1f}" if spread and one.sd is not None else ""))
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
                values = task_scores(grid, column.name, source, figure)
                table.put(source, column, figure, values, trained(grid, source, column.name))
        table.put(source, average, MAIN, overall(grid, source), trained(grid, source, *averaged(grid)))
        _mark(table, grid, source, {**{name: [name] for name in grid.targets}, average.name: averaged(grid)})
    return table


def _mark(table: Table, grid: Grid, source: str, columns: Mapping[str, Sequence[str]], seen: bool = True) -> None:
    """Mark what rests on a collapsed training and, where it may be there, a language that the row was trained in.

    `columns`: each with the targets behind it."""
    failed = {target for target in grid.targets if grid.collapsed(target, source)}
    for name, targets in columns.items():
        own = seen and any((source, one) in grid.seen for target in targets for one in grid.languages(target))
        if mark := COLLAPSED * bool(failed & {*targets}) + SEEN * own:
            table.marks[source, name] = mark


def averages_tables(grid: Grid) -> dict[str, Table]:
    """XTREME's group means, and per task the mean without English and the transfer gap, clearly named.

    Where a row was trained in another language there is a mean over the languages that no row was trained in, too."""
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
    unseen = Table(
        [Column(name, TITLES.get(name, name)) for name in grid.targets if grid.seen and grid.zero_shot(name)]
    )
    members = {column.name: benchmark(grid).groups[column.name] for column in groups.columns}
    for source in grid.sources:
        for column in groups.columns:
            measured = trained(grid, source, *members[column.name])
            groups.put(source, column, MAIN, group_scores(grid, column.name, source), measured)
        for column, gap in zip(without.columns, gaps.columns, strict=True):
            measured = trained(grid, source, column.name)
            without.put(source, column, MAIN, task_scores(grid, column.name, source, english=False), measured)
            gaps.put(source, gap, MAIN, transfer_gap(grid, column.name, source), measured)
        for column in unseen.columns:
            values = zero_shot_scores(grid, column.name, source)
            unseen.put(source, column, MAIN, values, trained(grid, source, column.name))
        _mark(unseen, grid, source, {column.name: [column.name] for column in unseen.columns}, seen=False)
        _mark(groups, grid, source, members)
        for table in (without, gaps):
            _mark(table, grid, source, {name: [name] for name in with_english})
    named = {
        "Groups": groups,
        "Mean without English": without,
        "Zero-shot mean: without English and every language that a row was trained in": unseen,
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
    zero_shot = Column("zero-shot", "zero-shot", figures)
    if any((source, one) in grid.seen for source in grid.sources for one in grid.languages(target)):
        averages.append(zero_shot)
    table = Table([*averages, *columns], yardstick=CONTROL)
    names = sorted({name for scores in grid.scores.items() if scores[0][0] == target for name in scores[1]})
    for source in grid.sources:
        measured = trained(grid, source, target)
        for name in names:
            for column in columns:
                table.put(source, column, name, grid.values(target, source, column.name, name), measured)
            table.put(source, average, name, task_scores(grid, target, source, name), measured)
            table.put(source, without, name, task_scores(grid, target, source, name, english=False), measured)
            if zero_shot in averages:
                table.put(source, zero_shot, name, zero_shot_scores(grid, target, source, name), measured)
        table.put(source, gap, MAIN, transfer_gap(grid, target, source), measured)
        _mark(table, grid, source, {average.name: [target]})
        seen = [language for language in grid.languages(target) if (source, language) in grid.seen]
        also = [without.name, gap.name] if seen else []
        table.marks |= {(source, name): SEEN for name in (*seen, *also)}
    for column in columns:
        name, value = highest(controls[target][column.name])
        table.put(CONTROL, column, MAIN, [value])
        table.marks[CONTROL, column.name] = f" {name}"
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
    return csv_text([["source", *(["figure"] if figures else []), "statistic", *titles], *lines])


def csv_text(lines: Iterable[Sequence[object]]) -> str:
    """Lines as the text of a csv file."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(lines)
    return buffer.getvalue()


def to_lines(table: Table, deltas: bool = False, spread: bool = False, best: str = "{}") -> list[list[str]]:
    """Header and rows as text. `deltas`: differences to `none` instead of scores. `best`: how that is set."""

    def text(row: str, column: Column) -> str:
        return table.delta_text(row, column) if deltas else table.text(row, column, spread, best)

    lines = [[row, *(text(row, column) for column in table.columns)] for row in table.rows]
    return [["source", *map(_title, table.columns)], *(line for line in lines if any(line[1:]))]


def change_lines(table: Table, gains: Mapping[tuple[str, str], Gain]) -> list[list[str]]:
    """Header and rows of the main figures' differences to `none`: `-11.4* [-16.3, -6.6]` where statistics know it."""
    lines = [[row, *(_change(table, row, column, gains) for column in table.columns)] for row in table.rows]
    return [["source", *(column.title for column in table.columns)], *(line for line in lines if any(line[1:]))]


def _change(table: Table, row: str, column: Column, gains: Mapping[tuple[str, str], Gain]) -> str:
    delta, known = table.delta(row, column, MAIN), gains.get((row, column.name))
    if delta is None:
        return ""
    star = SIGNIFICANT if known and known.significant else ""
    bounded = known and known.low is not None and known.high is not None
    return f"{delta:+z.1f}{star}" + (f" [{known.low:z.1f}, {known.high:z.1f}]" if known and bounded else "")


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
