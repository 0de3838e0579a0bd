"""Tables of colours: the change against `none` by source and target, by source and language, by target and language."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import factorial

from xstilts.report.figures.averages import language_change, task_scores
from xstilts.report.figures.extras import Extras
from xstilts.report.figures.grid import TITLES, Grid, mean
from xstilts.report.page import html
from xstilts.report.page.html import Axes, Head, element
from xstilts.report.tables.table import SEEN

BETTER = "*"
FIRST = "none"  # what changes are against


def target_gains(grid: Grid, extras: Extras) -> list[str]:
    """Sources by targets; a star where the statistics say that the change is no accident."""
    if FIRST not in grid.sources:
        return []
    rows = []
    for source in grid.sources:
        if source != FIRST:
            cells = [html.change(_gain(grid, target, source), _star(extras, target, source)) for target in grid.targets]
            rows.append(html.row(source, cells))
    if not rows:
        return []
    heads = [Head(TITLES.get(target, target), key=target) for target in grid.targets]
    table = html.table(heads, rows, name="gains", axes=Axes("source", "target"))
    note = element("p", escape(_meaning(len(grid.seeds), extras)), "soft")
    return [element("h2", "Gains by target", id="by-target"), table, note]


def _meaning(seeds: int, extras: Extras) -> str:
    """What a star means, or why there is none."""
    if not extras.gains:
        return "No test of significance was run (results/statistics.json is not there)."
    if seeds == 1:
        return "With one seed no change is marked: other trainings may give another."
    level = f"{100 * (1 - extras.level):g} %"
    return f"{BETTER} differs from none at {level} (two-sided, paired, corrected by Holm over the targets of a source)."


def language_gains(grid: Grid, extras: Extras) -> list[str]:
    """Sources by languages: the mean change over the targets that are scored in a language."""
    if FIRST not in grid.sources or len(grid.sources) == 1:
        return []
    languages = _languages(grid, extras)
    of = {one: [target for target in grid.targets if one in grid.languages(target)] for one in languages}
    heads = [Head(one, _distance(extras, one) or f"{len(own)} target{'s' * (len(own) > 1)}") for one, own in of.items()]
    rows = [
        html.row(
            source,
            [
                html.change(
                    mean(language_change(grid, t, source, one) for t in own), SEEN * ((source, one) in grid.seen)
                )
                for one, own in of.items()
            ],
        )
        for source in grid.sources
        if source != FIRST
    ]
    order = "by distance from English (below the code)" if extras.distances else "by code"
    return [
        element("h2", "Gains by language", id="by-language"),
        html.table(heads, rows, name="languages", axes=Axes("source", "language")),
        element("p", f"Mean change over the targets that have the language; languages {order}.", "soft"),
        html.folded(
            element("b", "Targets by languages") + element("span", "source by source", "soft"),
            "".join(_of_source(grid, languages, source) for source in grid.sources),
        ),
        *_analysis(extras),
    ]


def _analysis(extras: Extras) -> list[str]:
    """How gains go with facts about languages: rank correlations, the least likely to be chance first."""
    if not extras.analysis:
        return []
    lines = sorted(extras.analysis, key=lambda line: (float(line["p_holm"] or 1), float(line["p"] or 1)))
    decided = sum(float(line["p_holm"] or 1) < 1 - extras.level for line in lines)
    rows = []
    for line in lines:
        words = [
            element("td", escape(text), "text") for text in (TITLES.get(line["target"], line["target"]), line["factor"])
        ]
        rows.append(
            html.row(line["source"], words + [element("td", line[key]) for key in ("languages", "rho", "p", "p_holm")])
        )
    heads = [Head(name) for name in ("target", "factor", "languages", "Spearman's rho", "p", "p (Holm)")]
    what = f"{len(lines)} rank correlations over languages without English, {decided} decided after Holm's correction"
    most, family = max(int(line["languages"]) for line in lines), len(lines) / len({line["source"] for line in lines})
    if 2 * family / factorial(most) > 1 - extras.level:  # the least p that any order of so few languages can have
        what += f": with {most} languages none can be"
    table = html.table(heads, rows, name="analysis")
    return [html.folded(element("b", "What gains go with") + element("span", what, "soft"), table)]


def _of_source(grid: Grid, languages: Sequence[str], source: str) -> str:
    """One source: targets by languages. Of `none` there are scores, of the others changes."""
    rows = []
    for target in grid.targets:
        own = grid.languages(target)
        if source == FIRST:
            scores = {one: mean(grid.values(target, source, one)) for one in own}
            cells = [f"<td>{scores[one]:.1f}</td>" if one in scores else "<td></td>" for one in languages]
        else:
            cells = [
                html.change(
                    language_change(grid, target, source, one) if one in own else None,
                    SEEN * ((source, one) in grid.seen),
                )
                for one in languages
            ]
        rows.append(html.row(TITLES.get(target, target), cells, key=target))
    axes = Axes("target", "language", {"source": source})
    table = html.table([Head(one) for one in languages], rows, "target", f"of-{source}", axes)
    what = "scores" if source == FIRST else "change against none"
    return html.folded(element("b", escape(source)) + element("span", what, "soft"), table)


def _languages(grid: Grid, extras: Extras) -> list[str]:
    return extras.order([*{language for target in grid.targets for language in grid.languages(target)}])


def _gain(grid: Grid, target: str, source: str) -> float:
    return mean(task_scores(grid, target, source)) - mean(task_scores(grid, target, FIRST))


def _star(extras: Extras, target: str, source: str) -> str:
    gain = extras.gains.get((target, source), {})
    return BETTER if gain.get("better") or gain.get("worse") else ""


def _distance(extras: Extras, language: str) -> str:
    return f"{extras.distances[language]:.2f}" if language in extras.distances else ""
