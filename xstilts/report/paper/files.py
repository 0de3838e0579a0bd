"""What goes into a paper: tables and figures for LaTeX, the published figures beside them, and the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from xstilts.records.files import write_json, write_text
from xstilts.report.figures.controls import Controls
from xstilts.report.figures.gains import Statistics
from xstilts.report.figures.grid import TITLES, Grid
from xstilts.report.paper import findings, published
from xstilts.report.paper.numbers import to_macros
from xstilts.report.tables.intermediate import at_chance, remarks, title
from xstilts.report.tables.latex import to_latex
from xstilts.report.tables.notes import MARKS, SEEN_MEANS, data_note, task_notes
from xstilts.report.tables.table import COLLAPSED, CONTROL, FORMAT_ONLY, SEEN, Table, language_table


def write_paper(
    folder: Path,
    grid: Grid,
    table: Table,
    second: Table,
    parts: Mapping[str, Table],
    controls: Controls,
    weak: Mapping[str, Sequence[str]],
    statistics: Statistics,
    found: Sequence[findings.Finding],
) -> None:
    """`table.tex`, `languages/*.tex`, `intermediate.tex`, `numbers.tex`, `published.*` and `findings.*`."""
    by_language = {target: language_table(grid, target, controls) for target in grid.targets}
    legend = [statistics.legend(len(grid.seeds))] if statistics.gains else []
    notes = [*_notes(grid), *_signs(table, weak), "Small: change against `none`.", *legend]
    write_text(
        folder / "table.tex",
        to_latex(table, "Sources by targets", "table", notes, weak=[*weak], gains=statistics.gains),
    )
    for target, own in by_language.items():
        text = to_latex(
            own, TITLES.get(target, target), target, _language_notes(grid, target, own, weak), apart=[CONTROL]
        )
        write_text(folder / "languages" / f"{target}.tex", text)
    write_text(folder / "intermediate.tex", _intermediate(grid, second, parts))
    write_text(folder / "numbers.tex", to_macros(grid, table, by_language, second, parts, statistics))
    record = published.read_published()
    write_text(folder / "published.md", published.to_page(record))
    text = to_latex(published.published_table(record), published.TITLE, "published", published.published_notes(record))
    write_text(folder / "published.tex", text)
    write_json(folder / "findings.json", findings.to_json(found))
    write_text(folder / "findings.md", findings.to_page(grid, statistics, found))


def _notes(grid: Grid) -> list[str]:
    """Data and seeds: what must stand below every table."""
    several = len(grid.seeds) > 1
    seeds = f"Means over {len(grid.seeds)} seeds ± standard deviation." if several else "1 seed: no spread is known."
    return [f"Profile {grid.profile}: {data_note(grid)}.", seeds]


def _signs(table: Table, weak: Mapping[str, Sequence[str]]) -> list[str]:
    """What the signs in a table mean, as far as they are there."""
    lines = []
    if any(mark.startswith(COLLAPSED) for mark in table.marks.values()):
        lines.append(f"{COLLAPSED} A training behind the figure has collapsed.")
    if any(mark.endswith(SEEN) for mark in table.marks.values()):
        lines.append(f"{SEEN} {SEEN_MEANS}")
    if any(column.name in weak for column in table.columns):
        lines.append(f"{FORMAT_ONLY} Format only: `none` is not above every control in every language.")
    return lines


def _language_notes(grid: Grid, target: str, table: Table, weak: Mapping[str, Sequence[str]]) -> list[str]:
    marks = {mark for language in grid.languages(target) for mark in grid.marks(target, language)}
    meanings = [f"({mark}): {what.lower()}." for mark, what in MARKS.items() if mark in marks]
    if target in weak:
        meanings.append(f"Format only: `none` is not above every control in {', '.join(weak[target])}.")
    return [*_notes(grid), *_signs(table, {}), *meanings]


def _intermediate(grid: Grid, table: Table, parts: Mapping[str, Table]) -> str:
    """The intermediate tasks' own development sets, and below them one table for each set that has parts."""
    notes = [*_notes(grid), *_signs(table, {}), *remarks(grid), *at_chance(grid), *task_notes(grid)]
    if not table.rows:
        return "".join(f"% {note}\n" for note in notes)
    texts = [to_latex(table, "Intermediate tasks", "intermediate", notes, gains={}, apart=[table.yardstick])]
    for task, own in parts.items():
        texts.append("\n\\par\\medskip\n" + to_latex(own, f"Parts of {title(task)}", "intermediate", gains={}))
    return "".join(texts)
