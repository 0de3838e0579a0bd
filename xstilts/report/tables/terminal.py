"""The table as it is printed on a terminal, with what to know about it and where the rest lies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from xstilts.report.tables.table import Table, to_lines, to_text


def on_terminal(table: Table, remarks: Sequence[str], folder: Path) -> str:
    """The text; `folder` is where the report and the tables are written."""
    listed = "\n".join(fill(remark, 110, initial_indent="- ", subsequent_indent="  ") for remark in remarks)
    places = f"report: {folder / 'report.html'}   tables: {folder / 'table.md'}, {folder / 'languages'}/"
    return f"\n{to_text(to_lines(table))}\n{listed}\n\n{places}"
