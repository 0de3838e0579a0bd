r"""Tables for a paper: one `tabular` each, with rules of booktabs, to be put into a float by `\input`.

What has to be known before believing a table stands below its last rule, so that it goes where the table goes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import ceil
from textwrap import wrap

from xstilts.report.figures.gains import Gain
from xstilts.report.figures.grid import MAIN
from xstilts.report.tables.table import COLLAPSED, FIGURES, FORMAT_ONLY, SIGNIFICANT, Column, Table

WIDE = 12  # columns side by side; more of them are set one block below the other
SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': "''", "[": "{[}", "]": "{]}", "*": "{*}", COLLAPSED: r"$\dagger$",
    FORMAT_ONLY: r"$\ddagger$", "±": r"$\pm$", "≥": r"$\geq$", "≤": r"$\leq$", "→": r"$\to$", "−": "$-$", "–": "--",
}  # fmt: skip
HEAD = r"""% {title}
% Needs \usepackage{{booktabs}}; a wide one fits as \resizebox{{\textwidth}}{{!}}{{\input{{{name}}}}} (graphicx).
% Written by `python -m stages.aggregate`: do not edit.
"""
Gains = Mapping[tuple[str, str], Gain]
Rows = list[list[str]]


def escape(text: str) -> str:
    """Text as LaTeX prints it: `squad_v1` is squad\\_v1. What stands between backticks becomes typewriter."""
    safe = "".join(SPECIAL.get(character, character) for character in text)
    return re.sub("`([^`]*)`", r"\\texttt{\1}", safe)


def to_latex(
    table: Table,
    title: str,
    name: str,
    remarks: Sequence[str] = (),
    weak: Sequence[str] = (),
    gains: Gains | None = None,
    apart: Sequence[str] = (),
) -> str:
    """The whole file of one table. The best of each column is bold.

    `weak`: columns with the mark of format only. `gains`: changes against the base row are shown, with an interval
    where one is given. `apart`: rows below a rule of their own, which are no sources (chance, controls)."""
    number = ceil(len(table.columns) / WIDE) or 1
    width = ceil(len(table.columns) / number)
    blocks = [table.columns[start : start + width] for start in range(0, len(table.columns), width)]
    body: list[str] = []
    for n, columns in enumerate(blocks):
        body += [r"\midrule"] * bool(n)
        body += [_line(row, width) for row in _heads(columns, weak)] + [r"\midrule"]
        body += [_line(row, width) for row in _rows(table, columns, gains, apart)]
        if last := [row for name in table.rows if name in apart for row in _scores(table, columns, name, apart)]:
            body += [r"\midrule", *(_line(row, width) for row in last)]
    lines = [line for remark in remarks for line in wrap(remark, 13 * width + 20)]
    notes = [rf"\multicolumn{{{width + 1}}}{{@{{}}l@{{}}}}{{\footnotesize {escape(line)}}} \\" for line in lines]
    parts = [
        HEAD.format(title=title, name=name).rstrip(), rf"\begin{{tabular}}{{@{{}}l{'r' * width}@{{}}}}", r"\toprule",
        *body, r"\bottomrule", *notes, r"\end{tabular}",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _line(cells: Sequence[str], width: int) -> str:
    """One row, filled up where its block is narrower than the first."""
    return " & ".join([*cells, *[""] * (width + 1 - len(cells))]).rstrip() + r" \\"


def _heads(columns: Sequence[Column], weak: Sequence[str]) -> Rows:
    """Titles, and below them the figures of columns that have several."""
    titles = [escape(column.title + FORMAT_ONLY * (column.name in weak)) for column in columns]
    figures = [
        " / ".join(FIGURES.get(one, escape(one)) for one in column.figures) if len(column.figures) > 1 else ""
        for column in columns
    ]
    return [["source", *titles], *([["", *figures]] if any(figures) else [])]


def _rows(table: Table, columns: Sequence[Column], gains: Gains | None, apart: Sequence[str]) -> Rows:
    """Each source: its scores, and in small print its changes and their intervals."""
    lines: Rows = []
    for row in (row for row in table.rows if row not in apart):
        lines += _scores(table, columns, row, apart)
        if gains is not None:
            lines += _changes(table, columns, row, gains)
    return lines


def _scores(table: Table, columns: Sequence[Column], row: str, apart: Sequence[str]) -> Rows:
    """One row of scores with their spread and marks; none if nothing is there."""
    cells = []
    for column in columns:
        texts = []
        for figure in [name for name in column.figures if (row, column.name, name) in table.values] or [MAIN]:
            if one := table.values.get((row, column.name, figure)):
                text = f"{one.mean:z.1f}" if one.mean >= 0 else f"${one.mean:z.1f}$"
                text = rf"\textbf{{{text}}}" if table.is_best(row, column, figure, apart) else text
                texts.append(text + (rf"{{\scriptsize\,$\pm$\,{one.sd:.1f}}}" if one.sd is not None else ""))
        mark = table.marks.get((row, column.name), "") if texts else ""
        sign, _, words = mark.partition(" ")  # as in html: a sign beside the figure, words in small print
        cells.append(" / ".join(texts) + escape(sign) + (rf" {{\scriptsize {escape(words)}}}" if words else ""))
    return [[escape(row), *cells]] if any(cells) else []


def _changes(table: Table, columns: Sequence[Column], row: str, gains: Gains) -> Rows:
    """Two rows in small print: changes against the base row, and the intervals of those that have one."""
    known = [gains.get((row, column.name)) for column in columns]
    deltas = [table.delta(row, column, MAIN) if column.heat else None for column in columns]
    changes = [
        "" if delta is None else _small(f"${delta:+z.1f}$" + SIGNIFICANT * bool(one and one.significant))
        for delta, one in zip(deltas, known, strict=True)
    ]
    intervals = [
        _small(f"$[{one.low:z.1f}, {one.high:z.1f}]$") if one and one.low is not None and one.high is not None else ""
        for one in known
    ]
    return [["", *own] for own in (changes, intervals) if any(own)]


def _small(text: str) -> str:
    return rf"{{\scriptsize {text}}}"
