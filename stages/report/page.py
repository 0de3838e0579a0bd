"""The report: one file that needs nothing else, for a screen, a phone or paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from stages.report.averages import overall
from stages.report.controls import highest
from stages.report.curves import curve_figures, source_key
from stages.report.grid import MAIN, TITLES, Grid, mean
from stages.report.notes import odd_counts, training_counts
from stages.report.style import SHEET
from stages.report.tables import FORMAT_ONLY, Column, Table, language_table

FIGURES = {"f1": "F1", "em": "EM"}
METRICS = {
    "accuracy": "accuracy", "pos_f1": "chunk F1", "entity_f1": "entity F1", "squad": "F1 / EM", "mlqa": "F1 / EM",
    "mining_f1": "F1",
}  # fmt: skip


def page(
    grid: Grid,
    table: Table,
    averages: Table,
    controls: Mapping[str, Any],
    weak: Mapping[str, Sequence[str]],
    remarks: Sequence[str],
) -> str:
    """The whole file."""
    languages = {language for target in grid.targets for language in grid.languages(target)}
    facts = [
        f"{grid.kind} data", f"{len(grid.seeds)} seed{'s' * (len(grid.seeds) > 1)}", f"{len(grid.sources)} sources",
        f"{len(grid.targets)} targets", f"{len(languages)} languages",
    ]  # fmt: skip
    parts = [
        f"<h1>Scores: {escape(grid.profile)}</h1>",
        f'<ul class="facts">{"".join(f"<li>{fact}</li>" for fact in facts)}</ul>',
        f'<ul class="notes">{"".join(f"<li>{escape(remark)}</li>" for remark in remarks)}</ul>',
        "<h2>Sources by tasks</h2>", _main(grid, table, weak),
        '<p class="key soft"><span class="up">above none</span><span class="down">below none</span> '
        "The small figure is the change against <b>none</b>; the deeper the colour, the larger it is.</p>",
        "<h2>Averages</h2>", _averages(averages),
        f'<p class="soft">Controls: {escape(controls["from"])}. Groups as in XTREME; in QA a score is the mean of F1 and EM. '
        "The gap is English minus the mean of the other languages.</p>",
        "<h2>Languages</h2>", *(_language_section(grid, target, controls["targets"], weak) for target in grid.targets),
        "<h2>Trainings</h2>", source_key(grid), curve_figures(grid), _trainings(grid),
    ]  # fmt: skip
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Scores: {escape(grid.profile)}</title><style>{SHEET}</style>"
    )
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _main(grid: Grid, table: Table, weak: Mapping[str, Sequence[str]]) -> str:
    heads = []
    for column in table.columns:
        metric = METRICS.get(grid.documents[column.name]["metric"], "") if column.name in grid.targets else ""
        mark = f'<span class="mark">{FORMAT_ONLY}</span>' if column.name in weak else ""
        heads.append((escape(column.title) + mark, metric, "average" if column.name == "average" else ""))
    return _table(heads, [_row(table, row) for row in table.rows])


def _averages(averages: Table) -> str:
    """Sources as columns here: there are more averages than a phone has room for."""
    heads = [(escape(row), "", "") for row in averages.rows]
    lines = []
    for column in averages.columns:
        cells = "".join(_cell(averages, row, column) for row in averages.rows)
        lines.append(f"<tr><th>{escape(column.title)}</th>{cells}</tr>")
    return _table(heads, lines, "average")


def _language_section(grid: Grid, target: str, controls: Mapping[str, Any], weak: Mapping[str, Sequence[str]]) -> str:
    table, document = language_table(grid, target, dict(controls)), grid.documents[target]
    heads = []
    for column in table.columns:
        marks = grid.marks(target, column.name) if column.name in document["languages"] else []
        heads.append(
            (escape(column.title.split(" (")[0]), ", ".join(marks), "" if marks or column.name != "mean" else "average")
        )
    rows = [_row(table, row) for row in table.rows[:-1]]
    strongest = {
        column.name: highest(controls[target][column.name]) for column in table.columns[: len(document["languages"])]
    }
    cells = "".join(f"<td>{value:.1f}<small>{escape(name)}</small></td>" for name, value in strongest.values())
    cells += "<td></td>" * (len(table.columns) - len(strongest))
    rows.append(f'<tr class="control"><th>highest control</th>{cells}</tr>')
    best = max(grid.sources, key=lambda source: table.values[source, "mean", MAIN].mean)
    mark = f' <span class="mark">{FORMAT_ONLY} format only</span>' if target in weak else ""
    summary = (
        f"<b>{escape(TITLES.get(target, target))}</b><span class='soft'>{METRICS.get(document['metric'], '')}, "
        f"{len(document['languages'])} languages; best mean {table.values[best, 'mean', MAIN].mean:.1f} "
        f"({escape(best)})</span>{mark}"
    )
    odd = odd_counts(grid, target)
    counted = "; ".join(f"{escape(name)}: {value}" for name, value in odd.items()) or "nothing"
    signature = ", ".join(
        f"{escape(name)}: {escape(str(value))}" for name, value in sorted(document["signature"].items())
    )
    return (
        f"<details><summary>{summary}</summary>{_table(heads, rows)}"
        f'<p class="soft">Cut or odd in the test data: {counted}.</p><p class="soft">Signature: {signature}</p></details>'
    )


def _trainings(grid: Grid) -> str:
    """One line a training: what was kept, what was cut, and whether it has collapsed."""
    lines = []
    for curve in grid.curves:
        if not curve["task"]:
            continue
        counts = (
            "; ".join(f"{escape(name)}: {value}" for name, value in training_counts(curve).items()) or "nothing cut"
        )
        kept = f"{curve['best']['value']:.1f} at step {curve['best']['step']}" if curve["best"] else ""
        state = f'<span class="mark">† {escape(str(curve["collapsed"]))}</span>' if curve["collapsed"] else ""
        name = f"{curve['stage']} {curve['task']}" + (f" from {curve['source']}" if curve["stage"] == "target" else "")
        lines.append(
            f"<tr><th>{escape(name)}</th><td>{curve['seed']}</td><td>{kept}</td><td>{counts}</td><td>{state}</td></tr>"
        )
    heads = [("seed", "", ""), ("English dev, kept", "", ""), ("counted", "", ""), ("", "", "")]
    return f"<details><summary><b>All {len(lines)} trainings</b></summary>{_table(heads, lines, 'training')}</details>"


def _row(table: Table, row: str) -> str:
    return f"<tr><th>{escape(row)}</th>{''.join(_cell(table, row, column) for column in table.columns)}</tr>"


def _cell(table: Table, row: str, column: Column) -> str:
    """A score with its spread and its change against `none`, on a colour that shows the change."""
    text, mark = table.text(row, column).rstrip("†"), table.marks.get((row, column.name), "")
    if not text:
        return "<td></td>"
    delta = table.delta(row, column, MAIN)
    figures = [table.values[row, column.name, figure].sd for figure in column.figures]
    spread = " / ".join(f"± {sd:.1f}" for sd in figures if sd is not None)
    small = " ".join(part for part in (spread, "" if delta is None else f"{delta:+.1f}") if part)
    heat = "" if not delta else f"heat {'up' if delta > 0 else 'down'}"
    classes = f"{heat} {'average' if column.name in ('average', 'mean') else ''}".strip()
    depth = f' style="--depth:{min(60, round(abs(delta) * 6))}"' if delta else ""
    attribute = f' class="{classes}"' if classes else ""
    sign = f'<span class="mark">{mark}</span>' if mark else ""
    return f"<td{attribute}{depth}>{text}{sign}<small>{small}</small></td>"


def _table(heads: Sequence[tuple[str, str, str]], rows: Sequence[str], first: str = "source") -> str:
    cells = "".join(
        f"<th{f' class={chr(34)}{kind}{chr(34)}' if kind else ''}>{title}{f'<small>{below}</small>' if below else ''}</th>"
        for title, below, kind in heads
    )
    return f'<div class="scroll"><table><thead><tr><th>{first}</th>{cells}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
