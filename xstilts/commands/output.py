"""How an answer is shown: a table on a terminal, plain aligned columns in a pipe, JSON for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a program.")]


@dataclass(frozen=True)
class Table:
    """Rows under a head. `forms` has the format of the numbers of a column, such as `.1f`."""

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    forms: Mapping[str, str] = field(default_factory=dict)

    def texts(self) -> list[list[str]]:
        """The rows as they are read; a dash where there is nothing."""
        return [[_text(value, self.forms.get(name, "")) for name, value in zip(self.head, row)] for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        """The rows as they are computed with."""
        return [dict(zip(self.head, row, strict=True)) for row in self.rows]


def _text(value: Any, form: str) -> str:
    if value is None:
        return "-"
    return format(value, form) if isinstance(value, (int, float)) else str(value)


def print_table(table: Table) -> None:
    """Print a table: with rules on a terminal, else as columns that are as wide as their widest entry."""
    if sys.stdout.isatty():
        from rich import box
        from rich.console import Console
        from rich.table import Table as Rich
        from rich.text import Text

        shown = Rich(box=box.SIMPLE_HEAD)
        for name in table.head:
            shown.add_column(name, justify="right" if name in table.forms else "left")
        for row in table.texts():
            shown.add_row(*map(Text, row))
        Console().print(shown)
        return
    lines = [[*table.head], *table.texts()]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def print_json(value: Any) -> None:
    """Print JSON that a person can read, too; where a terminal does not know all characters, as their numbers."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(value, ensure_ascii=plain, indent=1))


def note(text: str) -> None:
    """A remark beside the answer: on stderr, so that a pipe gets the answer alone."""
    print(f"# {text}", file=sys.stderr)


def print_first(problems: Sequence[str], most: int = 10) -> None:
    """Print the first of many, one a line, and how many more there are."""
    for problem in problems[:most]:
        print(f"  {problem}")
    if len(problems) > most:
        print(f"  and {len(problems) - most} more")
