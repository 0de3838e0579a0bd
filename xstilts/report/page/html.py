"""Pieces of html: a table, a row, and a cell with its colour. Text from outside is escaped here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from xstilts.report.figures.grid import MAIN
from xstilts.report.tables.table import Column, Table

TALL = 12  # rows that a screen shows at once
SET_APART = {"average": "average", "mean": "average"}
DEEPEST = 6  # shades of a change in a table of colours
POINTS = 2.0  # of a score, for one shade


@dataclass(frozen=True)
class Head:
    """The head of a column: its title, a mark beside it, and a small line below."""

    title: str
    below: str = ""
    mark: str = ""
    kind: str = ""
    key: str = ""  # what the column is called in files, if not by its title

    def __str__(self) -> str:
        content = escape(self.title) + warning(self.mark) + small(self.below)
        return element("th", content, self.kind, scope="col", data_key=self.key)


@dataclass(frozen=True)
class Axes:
    """What rows and columns are, so that each cell can be found: `source`, `target`, `language`."""

    row: str = ""
    column: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)


def element(tag: str, content: str, kind: str = "", style: str = "", **attributes: str) -> str:
    """`<tag class style ...>content</tag>`; the content is html already, attributes are escaped, empty ones left out.

    `data_key` is the attribute `data-key`."""
    named = {"class": kind, "style": style, **attributes}
    texts = [f' {name.replace("_", "-")}="{escape(value)}"' for name, value in named.items() if value]
    return f"<{tag}{''.join(texts)}>{content}</{tag}>"


def script(file: Path) -> str:
    """A program that stands in the page itself."""
    return f"<script>\n{file.read_text(encoding='utf-8')}</script>"


def folded(summary: str, content: str, name: str = "") -> str:
    """Something that a reader may open; both are html already."""
    return element("details", element("summary", summary) + content, id=name)


def small(text: str) -> str:
    """A small line below a figure."""
    return element("small", escape(text)) if text else ""


def warning(text: str) -> str:
    """A mark that a reader must not miss."""
    return element("span", escape(text), "mark") if text else ""


def table(
    heads: Sequence[Head], rows: Sequence[str], first: str = "source", name: str = "", axes: Axes | None = None
) -> str:
    """A table in a box of its own: it scrolls sideways where the screen is narrow, and a long one under its head.

    `name` is its place in an address; with `axes` its cells have details."""
    head = element("tr", element("th", escape(first), scope="col") + "".join(map(str, heads)))
    known = {"data_row": axes.row, "data_column": axes.column} if axes else {}
    fixed = {f"data_{axis}": value for axis, value in axes.fixed.items()} if axes else {}
    content = element("thead", head) + element("tbody", "\n".join(rows))
    inside = element("table", content, id=name, **known, **fixed)
    return element("div", inside, "scroll tall" if len(rows) > TALL else "scroll")


def row(name: str, cells: Sequence[str], kind: str = "", key: str = "") -> str:
    """A row under its name; `key` is what it is called in files, if otherwise."""
    return element("tr", element("th", escape(name), scope="row", data_key=key) + "".join(cells), kind)


def change(value: float | None, mark: str = "") -> str:
    """A cell of a table of colours: a signed change, its shade one for each two points."""
    if value is None:
        return "<td></td>"
    shade = min(DEEPEST, round(abs(value) / POINTS + 0.499)) if f"{abs(value):.1f}" != "0.0" else 0
    kind = f"{'u' if value > 0 else 'w'}{shade}" if shade else ""
    return element("td", f"{value:+z.1f}" + warning(mark), kind)


def scores(source: Table, name: str, kind: str = "") -> str:
    """One row of scores."""
    return row(name, [cell(source, name, column) for column in source.columns], kind)


def cell(source: Table, name: str, column: Column) -> str:
    """A score, its spread over seeds, and its change against `none`, on a colour that shows the change.

    The best of a column is bold."""
    mark = source.marks.get((name, column.name), "")
    text = source.text(name, column, best="<b>{}</b>").removesuffix(mark)  # numbers alone: nothing to escape
    if not text:
        return "<td></td>"
    shown = [source.values.get((name, column.name, figure)) for figure in column.figures]
    spreads = [one.sd for one in shown if one]
    delta = source.delta(name, column, MAIN)
    lines = [" / ".join(f"± {sd:.1f}" for sd in spreads if sd is not None), "" if delta is None else f"{delta:+z.1f}"]
    kinds = [SET_APART[column.name]] if column.name in SET_APART else []
    style = ""
    if delta and column.heat:
        kinds += ["heat", "up" if delta > 0 else "down"]
        style = f"--depth:{min(60, round(abs(delta) * 6))}"
    sign, _, words = mark.partition(" ")  # a sign stands beside the figure, words below it
    below = element("small", warning(words)) if words else ""
    return element("td", text + warning(sign) + below + "".join(map(small, lines)), " ".join(kinds), style)
