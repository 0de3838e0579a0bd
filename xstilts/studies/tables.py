"""The table of a study, as md, csv and tex."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xstilts.records.files import write_text
from xstilts.report.tables.conditions import text
from xstilts.report.tables.latex import escape
from xstilts.report.tables.table import csv_text, to_markdown

Value = str | float | int | None


def write_table(
    folder: Path, title: str, head: Sequence[str], rows: Sequence[Sequence[Value]], notes: Sequence[str]
) -> None:
    """Write `table.csv` with four decimals, `table.md` and `table.tex` with one. Below the last two stand the notes."""
    write_text(folder / "table.csv", csv_text([head, *([text(one) for one in row] for row in rows)]))
    lines = [[*head], *([short(one) for one in row] for row in rows)]
    write_text(folder / "table.md", "\n".join([f"# {title}\n", to_markdown(lines), *(f"- {one}\n" for one in notes)]))
    width = len(head)
    across = rf"\multicolumn{{{width}}}{{@{{}}p{{\linewidth}}@{{}}}}"
    below = [rf"{across}{{\footnotesize {escape(one)}}} \\" for one in notes]
    first, *others = [[escape(one) for one in line] for line in lines]
    body = [" & ".join(row) + r" \\" for row in others]
    write_text(folder / "table.tex", "\n".join([
        f"% {title}\n% Needs \\usepackage{{booktabs}}. Written by a study: do not edit.",
        rf"\begin{{tabular}}{{@{{}}{'l' * width}@{{}}}}", r"\toprule", " & ".join(first) + r" \\", r"\midrule",
        *body, r"\bottomrule", *below, r"\end{tabular}", "",
    ]))  # fmt: skip


def short(value: Value) -> str:
    """A value as people read it."""
    return "" if value is None else f"{value:z.1f}" if isinstance(value, float) else str(value)
