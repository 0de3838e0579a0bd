r"""Every figure as a macro for running text, so that no number in a paper is typed by hand.

A macro that asks for a figure which is not there stops LaTeX with its name, instead of printing nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from xstilts.report.figures.averages import GROUPS, Figure, benchmark, group_scores, trained
from xstilts.report.figures.gains import Statistics
from xstilts.report.figures.grid import MAIN, Grid
from xstilts.report.tables.intermediate import whole_table
from xstilts.report.tables.table import Table

HEAD = r"""% Figures for running text: \input{numbers} in the preamble. Needs no package.
% Written by `python -m stages.aggregate`: do not edit.
%
%   \xnum{mnli}{xnli}          score of source mnli on target xnli, mean over languages and seeds; of answers the mean
%                              of F1 and EM. Targets are named as in params.yaml; average is the mean over them, and
%                              classification, tagging, qa, retrieval, multi_choice are the benchmark's groups
%   \xnum[sd]{mnli}{xnli}      standard deviation over seeds, where there are several and anything is trained
%   \xnum[f1]{mnli}{xquad}     another figure of the target: f1, em, ...
%   \xnum[delta]{mnli}{xnli}   change against none, with its sign
%   \xnum[low]{mnli}{xnli}     ends of the change's interval (low, high), with results/statistics.json
%   \xlang{mnli}{xnli}{sw}     the same for one language: score, and [sd], [delta]
%   \xdev{mnli}{mnli}          score of a source on an intermediate task's own development set, and [sd], [delta]
%   \xfact{seeds}              of this run: profile, data, seeds, sources, targets, level
%
% Underscores are written as they are: \xnum{squad_v1}{tydiqa}. Other odd characters of a name are written as -.
\makeatletter
\newcommand{\x@figure}[1]{\ifcsname xstilts/#1\endcsname\csname xstilts/#1\endcsname\else
  \@latex@error{There is no figure #1 in numbers.tex}{Names are those of params.yaml; see the head of the file.}\fi}
\newcommand{\xnum}[3][score]{\x@figure{num/#2/#3/#1}}
\newcommand{\xlang}[4][score]{\x@figure{lang/#2/#3/#4/#1}}
\newcommand{\xdev}[3][score]{\x@figure{dev/#2/#3/#1}}
\newcommand{\xfact}[1]{\x@figure{fact/#1}}
\newcommand{\x@set}[2]{\expandafter\def\csname xstilts/#1\endcsname{#2}}
"""
TAIL = "\\makeatother\n"
Numbers = Iterator[tuple[str, str]]


def to_macros(
    grid: Grid,
    table: Table,
    languages: Mapping[str, Table],
    second: Table,
    parts: Mapping[str, Table],
    statistics: Statistics,
) -> str:
    """The whole of `numbers.tex`: the tables' own figures, of all sources, targets, languages and tasks."""
    found = [*_facts(grid, statistics), *_table(grid, table, statistics), *_groups(grid)]
    for target, own in languages.items():
        found += _languages(grid, target, own)
    found += _development(whole_table(second, parts))
    return HEAD + "".join(rf"\x@set{{{_safe(name)}}}{{{value}}}" + "\n" for name, value in found) + TAIL


def _safe(name: str) -> str:
    r"""A name as it may stand in \csname."""
    return re.sub(r"[^\w.+:/-]", "-", name, flags=re.ASCII)


def _number(value: float, sign: bool = False) -> str:
    """One decimal, as in the tables; with a minus that is one."""
    text = f"{value:+z.1f}" if sign else f"{value:z.1f}"
    return rf"\ensuremath{{{text}}}" if text[0] in "+-" else text


def _facts(grid: Grid, statistics: Statistics) -> Numbers:
    yield "fact/profile", _safe(grid.profile)
    yield "fact/data", grid.kind
    for name, items in (("seeds", grid.seeds), ("sources", grid.sources), ("targets", grid.targets)):
        yield f"fact/{name}", str(len(items))
    if statistics.gains:
        yield "fact/level", f"{100 * statistics.level:g}"


def _figure(name: str, one: Figure, delta: float | None = None) -> Numbers:
    """A score with its spread and its change."""
    yield f"{name}/score", _number(one.mean)
    if one.sd is not None:
        yield f"{name}/sd", _number(one.sd)
    if delta is not None:
        yield f"{name}/delta", _number(delta, sign=True)


def _table(grid: Grid, table: Table, statistics: Statistics) -> Numbers:
    for source in grid.sources:
        for column in table.columns:
            name = f"num/{source}/{column.name}"
            if one := table.values.get((source, column.name, MAIN)):
                yield from _figure(name, one, table.delta(source, column, MAIN))
            for (row, own, figure), value in table.values.items():
                if (row, own) == (source, column.name) and figure != MAIN:
                    yield f"{name}/{figure}", _number(value.mean)
            known = statistics.gains.get((source, column.name))
            for end in ("low", "high") if known and known.low is not None else ():
                yield f"{name}/{end}", _number(getattr(known, end), sign=True)


def _groups(grid: Grid) -> Numbers:
    for source in grid.sources:
        for group in GROUPS:
            if values := group_scores(grid, group, source):
                base = group_scores(grid, group, "none") if "none" in grid.sources and source != "none" else []
                one = Figure.of(values, trained(grid, source, *benchmark(grid).groups[group]))
                yield from _figure(f"num/{source}/{group}", one, one.mean - Figure.of(base).mean if base else None)


def _languages(grid: Grid, target: str, table: Table) -> Numbers:
    named = {column.name: column for column in table.columns}
    for source in grid.sources:
        for language in grid.languages(target):
            if one := table.values.get((source, language, MAIN)):
                yield from _figure(
                    f"lang/{source}/{target}/{language}", one, table.delta(source, named[language], MAIN)
                )


def _development(table: Table) -> Numbers:
    named = {column.name: column for column in table.columns}
    for (row, column, figure), one in table.values.items():
        if figure == MAIN and row != table.yardstick:
            yield from _figure(f"dev/{row}/{column}", one, table.delta(row, named[column], MAIN))
