"""The report: one file that needs nothing else, for a screen, a phone or paper."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from xstilts.report.figures.conditions import Drop
from xstilts.report.figures.controls import Controls, highest
from xstilts.report.figures.extras import Extras
from xstilts.report.figures.grid import MAIN, TITLES, Grid, tasks_of
from xstilts.report.page import details, html
from xstilts.report.page.cost import cost
from xstilts.report.page.curves import curve_figures, source_key
from xstilts.report.page.heat import language_gains, target_gains
from xstilts.report.page.html import Axes, Head, element
from xstilts.report.page.style import SHEET
from xstilts.report.tables import conditions
from xstilts.report.tables.intermediate import title, translation_lines
from xstilts.report.tables.notes import intermediate_notes, odd_counts, signature, training_counts
from xstilts.report.tables.selection import REMARK, selection_tables
from xstilts.report.tables.table import CONTROL, FIGURES, FORMAT_ONLY, Table, language_table

METRICS = {
    "accuracy": "accuracy", "pos_f1": "chunk F1", "entity_f1": "entity F1", "squad": "F1 / EM", "mlqa": "F1 / EM",
    "mining_f1": "F1", "ccg_accuracy": "accuracy", "choice_accuracy": "accuracy",
    "accuracy_and_f1": "mean of accuracy and F1", "chrf2++": "chrF++",
}  # fmt: skip
SECTIONS = {
    "scores-of-all": "Scores", "by-target": "Gains by target", "by-language": "Gains by language",
    "published": "Findings", "averages-of-all": "Averages", "by-task": "Languages",
    "under-conditions": "Conditions", "lost": "Counted", "training": "Trainings", "costs": "Cost",
}  # fmt: skip
SCRIPT = Path(__file__).parent / "script.js"
KEY = """<p class="key soft"><span class="up">above none</span><span class="down">below none</span></p>
<p class="soft">The signed figure is the change against <b>none</b>; the deeper the colour, the larger it is.</p>"""


def page(
    grid: Grid,
    table: Table,
    averages: Mapping[str, Table],
    second: Table,
    parts: Mapping[str, Table],
    controls: Mapping[str, Any],
    weak: Mapping[str, Sequence[str]],
    remarks: Sequence[str],
    extras: Extras,
    noised: Sequence[Drop] = (),
) -> str:
    """The whole file."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Scores: {escape(grid.profile)}</title><style>{SHEET}</style>"
    )
    heads, axes = _task_heads(grid, table, weak), Axes("source", "target")
    body = [
        element("h2", "Sources by tasks", id="scores-of-all"),
        html.table(heads, [html.scores(table, row) for row in table.rows], name="scores", axes=axes),
        KEY,
        *target_gains(grid, extras),
        *language_gains(grid, extras),
        *_findings(extras),
        *_intermediate(grid, second, parts),
        element("h2", "Averages", id="averages-of-all"),
        *(_average(f"average-{n}", title, own) for n, (title, own) in enumerate(averages.items(), start=1)),
        element("p", "Groups as in XTREME; in QA a score is the mean of F1 and EM.", "soft"),
        *_selections(grid),
        element("h2", "Languages", id="by-task"),
        element("p", f"Controls: {escape(controls['from'])}.", "soft"),
        *(_language_section(grid, target, controls["targets"], weak) for target in grid.targets),
        *_conditions(grid, noised),
        *_translations(grid),
        *_counted(grid),
        element("h2", "Trainings", id="training"),
        source_key(grid),
        curve_figures(grid),
        _trainings(grid),
        *cost(grid, extras),
    ]
    content = "\n".join(body)
    links = "".join(element("a", name, href=f"#{key}") for key, name in SECTIONS.items() if f'id="{key}"' in content)
    top = [
        element("h1", f"Scores: {escape(grid.profile)}"), _list(_facts(grid), "facts"), _list(remarks, "notes"),
        element("nav", links),
    ]  # fmt: skip
    last = details.cells(grid, extras) + html.script(SCRIPT)
    parts_of_it = "\n".join([*top, content, last])
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{parts_of_it}\n</body></html>\n'


def _facts(grid: Grid) -> list[str]:
    languages = {language for target in grid.targets for language in grid.languages(target)}
    counted = {"seed": grid.seeds, "source": grid.sources, "target": grid.targets, "language": languages}
    plurals = [f"{len(items)} {name}{'s' * (len(items) != 1)}" for name, items in counted.items()]
    return [f"{grid.kind} data", *plurals]


def _list(items: Sequence[str], kind: str) -> str:
    return element("ul", "".join(element("li", _code(escape(item))) for item in items), kind)


def _code(text: str) -> str:
    """What stands between backticks, as code: the remarks are written for Markdown and the terminal too."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", text)


def _task_heads(grid: Grid, table: Table, weak: Mapping[str, Sequence[str]]) -> list[Head]:
    heads = []
    for column in table.columns:
        if column.name in grid.targets:
            metric = METRICS.get(grid.documents[column.name]["metric"], "")
            mark = FORMAT_ONLY if column.name in weak else ""
            heads.append(Head(column.title, metric, mark, key=column.name))
        else:
            heads.append(Head(column.title, kind="average"))
    return heads


def _intermediate(grid: Grid, table: Table, parts: Mapping[str, Table]) -> list[str]:
    """The intermediate tasks' own development scores, chance in the last row, and the parts of their sets."""
    if not table.rows:
        return []
    heads = [Head(column.title, _figures(grid, column.name)) for column in table.columns]
    rows = [html.scores(table, row, "control" * (row == table.yardstick)) for row in table.rows]
    return [
        element("h2", "Intermediate tasks, their own development sets"),
        html.table(heads, rows, name="intermediate"),
        _list(intermediate_notes(grid), "soft"),
        *(_average(f"parts-{task}", f"Parts of {title(task)}", own) for task, own in parts.items()),
    ]


def _figures(grid: Grid, task: str) -> str:
    """The small line below a task's name: its figures, or the metric of the one that is shown."""
    figures, metric = grid.development.figures(task), grid.development.tasks[task]["metric"]
    return " / ".join(FIGURES.get(name, name) for name in figures) if len(figures) > 1 else METRICS.get(metric, metric)


def _conditions(grid: Grid, noised: Sequence[Drop]) -> list[str]:
    """What conditions take from scores; nothing where there is none."""
    if not noised:
        return []
    (_, *heads), *lines = conditions.condition_lines(noised)
    rows = [html.row(name, [element("td", escape(text)) for text in texts]) for name, *texts in lines]
    return [
        element("h2", conditions.TITLE, id="under-conditions"),
        html.table([Head(head) for head in heads], rows, "target", "conditions"),
        _list([*conditions.remarks(grid)], "soft"),
    ]


def _translations(grid: Grid) -> list[str]:
    """What became of translated training data."""
    if not grid.translations:
        return []
    (_, *heads), *lines = translation_lines(grid)
    rows = [html.row(name, [element("td", escape(text)) for text in texts]) for name, *texts in lines]
    return [
        element("h2", "Translated training data"),
        html.table([Head(head) for head in heads], rows, "translation", "translations"),
        *_signatures(grid),
    ]


def _signatures(grid: Grid) -> list[str]:
    """How translations were made, once for all that were made in the same way."""
    same: dict[str, list[str]] = {}
    for name, one in grid.translations.items():
        same.setdefault(signature(one["signature"]), []).append(name)
    return [element("p", escape(f"Signature of {', '.join(names)}: {text}"), "soft") for text, names in same.items()]


def _findings(extras: Extras) -> list[str]:
    """The paper's findings beside ours, as the rules of the findings decided."""
    if not extras.findings:
        return []
    names = ("published", "ours", "verdict", "why")
    rows = [
        html.row(str(one["finding"]), [element("td", escape(str(one[name])), "text") for name in names])
        for one in extras.findings
    ]
    table = html.table([Head(name) for name in names], rows, "finding", "findings")
    return [element("h2", "Findings of the paper", id="published"), element("div", table, "prose")]


def _counted(grid: Grid) -> list[str]:
    """Everything that was cut, dropped or odd, in one place: test data, training data, translations."""
    found = [("test data of " + TITLES.get(target, target), odd_counts(grid, target)) for target in grid.targets]
    for curve in grid.curves:
        if tasks_of(curve) and (counts := training_counts(curve)):
            found.append((f"{_training_name(curve)}, seed {curve['seed']}", counts))
    for name, one in grid.translations.items():
        found.append((f"translation {name}, dropped", {why: count for why, count in one["dropped"].items() if count}))
    rows = [
        html.row(where, [element("td", escape(what)), element("td", f"{count:,}")])
        for where, counts in found
        for what, count in counts.items()
    ]
    summary = element("b", "Cut, dropped or odd") + element("span", f"{len(rows) or 'no'} counts", "soft")
    table = html.table([Head("what"), Head("count")], rows, "where", "counted")
    return [element("h2", "Counted", id="lost"), html.folded(summary, table) if rows else "<p>Nothing was cut.</p>"]


def _selections(grid: Grid) -> list[str]:
    """Rows whose checkpoints were chosen otherwise, beside those of record; the colours are changes against these."""
    tables = enumerate(selection_tables(grid).items(), start=1)
    parts = [_average(f"selection-{n}", name, own, "choice") for n, (name, own) in tables]
    return [*parts, element("p", escape(REMARK), "soft")] if parts else []


def _average(name: str, title: str, table: Table, first: str = "source") -> str:
    heads = [Head(column.title) for column in table.columns]
    rows = [html.scores(table, row) for row in table.rows]
    return element("h3", escape(title)) + html.table(heads, rows, first, name)


def _language_section(grid: Grid, target: str, controls: Controls, weak: Mapping[str, Sequence[str]]) -> str:
    """One target: sources by languages, the strongest control of each language, and what the figures depend on."""
    table, languages = language_table(grid, target, controls), grid.languages(target)
    averages = [column for column in table.columns if column.name not in languages]
    heads = [Head(column.title) for column in averages]
    heads += [Head(language, ", ".join(grid.marks(target, language))) for language in languages]
    strongest = [highest(controls[target][language]) for language in languages]
    cells = ["<td></td>"] * len(averages)
    cells += [element("td", f"{value:.1f}{html.small(name)}") for name, value in strongest]
    rows = [html.scores(table, source) for source in grid.sources]
    rows.append(html.row(CONTROL, cells, "control"))
    odd = "; ".join(f"{name}: {value}" for name, value in odd_counts(grid, target).items()) or "nothing"
    parts = [
        element("summary", _summary(grid, target, table, weak)),
        html.table(heads, rows, name=f"target-{target}", axes=Axes("source", "language", {"target": target})),
        element("p", escape(f"Cut or odd in the test data: {odd}."), "soft"),
        element("p", escape(f"Signature: {signature(grid.documents[target]['signature'])}"), "soft"),
        details.predictions(grid, target),
    ]
    return element("details", "".join(parts))


def _summary(grid: Grid, target: str, table: Table, weak: Mapping[str, Sequence[str]]) -> str:
    """What shows while a target is folded."""
    means = {source: table.values[source, "mean", MAIN].mean for source in grid.sources}
    best = max(means, key=lambda source: means[source])
    metric = METRICS.get(grid.documents[target]["metric"], "")
    of = "mean of F1 and EM" if " / " in metric else "mean"
    size = len(grid.languages(target))
    facts = f"{metric}, {size} language{'s' * (size != 1)}; best {of} {means[best]:.1f} ({best})"
    mark = html.warning(f" {FORMAT_ONLY} format only" if target in weak else "")
    return element("b", escape(TITLES.get(target, target))) + element("span", escape(facts), "soft") + mark


def _trainings(grid: Grid) -> str:
    """One line a training: what was kept, what was cut, and whether it has collapsed."""
    rows = []
    for curve in grid.curves:
        if not tasks_of(curve):
            continue
        counts = "; ".join(f"{name}: {value}" for name, value in training_counts(curve).items()) or "nothing cut"
        kept = f"{curve['best']['value']:.1f} at step {curve['best']['step']}" if curve["best"] else ""
        kept += " (oracle: other languages)" * (curve.get("selection") == "oracle")
        collapsed = html.warning(f"† {curve['collapsed']}" if curve["collapsed"] else "")
        texts = [str(curve["seed"]), kept, counts]
        cells = [element("td", escape(text)) for text in texts] + [element("td", collapsed)]
        rows.append(html.row(_training_name(curve), cells))
    heads = [Head("seed"), Head("English dev, kept"), Head("counted"), Head("")]
    summary = element("summary", element("b", f"All {len(rows)} trainings"))
    return element("details", summary + html.table(heads, rows, "training", "trainings"))


def _training_name(curve: Mapping[str, Any]) -> str:
    of = curve["source"]
    return f"intermediate {of}" if curve["stage"] == "intermediate" else f"target {curve['task']} from {of}"
