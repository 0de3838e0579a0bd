"""Pieces of html: a table, a row, and a cell with its colour. Text from outside is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from stages.report.grid import MAIN
from stages.report.tables import Column, Table

TALL = 12  # rows that a screen shows at once
SET_APART = {"average": "average", "mean": "strong"}


@dataclass(frozen=True)
class Head:
    """The head of a column: its title, a mark beside it, and a small line below."""

    title: str
    below: str = ""
    mark: str = ""
    kind: str = ""

    def __str__(self) -> str:
        return element("th", escape(self.title) + warning(self.mark) + small(self.below), self.kind)


def element(tag: str, content: str, kind: str = "", style: str = "") -> str:
    """`<tag class style>content</tag>`; the content is html already."""
    attributes = "".join(f' {name}="{value}"' for name, value in (("class", kind), ("style", style)) if value)
    return f"<{tag}{attributes}>{content}</{tag}>"


def small(text: str) -> str:
    """A small line below a figure."""
    return element("small", escape(text)) if text else ""


def warning(text: str) -> str:
    """A mark that a reader must not miss."""
    return element("span", escape(text), "mark") if text else ""


def table(heads: Sequence[Head], rows: Sequence[str], first: str = "source") -> str:
    """A table in a box of its own: it scrolls sideways where the screen is narrow, and a long one under its head."""
    head = element("tr", element("th", escape(first)) + "".join(map(str, heads)))
    inside = element("table", element("thead", head) + element("tbody", "\n".join(rows)))
    return element("div", inside, "scroll tall" if len(rows) > TALL else "scroll")


def row(name: str, cells: Sequence[str], kind: str = "") -> str:
    """A row under its name."""
    return element("tr", element("th", escape(name)) + "".join(cells), kind)


def scores(source: Table, name: str, kind: str = "") -> str:
    """One row of scores."""
    return row(name, [cell(source, name, column) for column in source.columns], kind)


def cell(source: Table, name: str, column: Column) -> str:
    """A score, its spread over seeds, and its change against `none`, on a colour that shows the change."""
    mark = source.marks.get((name, column.name), "")
    text = source.text(name, column).removesuffix(mark)
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
    return element("td", escape(text) + warning(sign) + below + "".join(map(small, lines)), " ".join(kinds), style)
