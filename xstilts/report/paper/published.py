"""What others have published, as a table of its own: with its source, and with what it may be compared.

`published.json` holds figures read in a public source (V) alone; what is derived from them (D) is computed here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xstilts.records.files import read_json
from xstilts.report.figures.grid import MAIN, ORDER, TITLES, mean
from xstilts.report.tables.table import Column, Table, to_lines, to_markdown

PLACE = Path(__file__).with_name("published.json")
TITLE = "Published"
SEPARATE = "Published by others: none of these figures is ours, and none enters a table of ours. A single figure is F1."


def read_published() -> dict[str, Any]:
    """The whole record: sources, rows, one table by language, statements."""
    record: dict[str, Any] = read_json(PLACE)
    return record


def published_table(record: dict[str, Any]) -> Table:
    """Rows by targets in the paper's order; the last column is derived: the mean of the seven that the base row has."""
    answers = {name for row in record["rows"] for name, own in row["values"].items() if "f1" in own}
    columns = [Column(name, TITLES[name], ("f1", "em") if name in answers else (MAIN,)) for name in ORDER]
    base = _row(record, record["base"])["values"]
    columns = [column for column in columns if column.name in base]
    seven = Column("average", f"mean of these {len(base)} (D)")
    table = Table([*columns, seven])
    for row in record["rows"]:
        for column in columns:
            for figure, value in row["values"].get(column.name, {}).items():
                table.put(row["name"], column, figure, [value])
        whole = [score(row["values"][name]) for name in base if name in row["values"]]
        known = [one for one in whole if one is not None]
        table.put(row["name"], seven, MAIN, [mean(known)] if len(known) == len(base) else [])
    return table


def languages_table(record: dict[str, Any]) -> Table:
    """The one published table by language, with the mean of its columns (derived)."""
    own = record["languages"]
    columns = [Column(name, name, ("f1", "em")) for name in own["values"]]
    average = Column("mean", "mean (D)", ("f1", "em"))
    table = Table([average, *columns])
    for figure in average.figures:
        table.put(own["name"], average, figure, [mean(one[figure] for one in own["values"].values())])
        for column in columns:
            table.put(own["name"], column, figure, [own["values"][column.name][figure]])
    return table


def score(figures: dict[str, float]) -> float | None:
    """What XTREME averages: the figure itself, of answers the mean of F1 and EM; None for F1 alone."""
    if MAIN in figures:
        return figures[MAIN]
    return mean((figures["f1"], figures["em"])) if "em" in figures else None


def difference(record: dict[str, Any], target: str) -> float | None:
    """The submission minus the base row on one target (derived); None where either is not known."""
    found = [score(_row(record, record[name])["values"].get(target, {"f1": 0.0})) for name in ("base", "best")]
    return None if found[0] is None or found[1] is None else found[1] - found[0]


def published_notes(record: dict[str, Any]) -> list[str]:
    """One line a row: what it is, where it was read, and with what it may be compared."""
    rows = [
        f"{row['name']}: {row['what']}. Source [{row['tag']}]: {record['sources'][row['source']]}. "
        f"To be compared with: {row['compare']}."
        for row in record["rows"]
    ]
    return [SEPARATE, *rows]


def to_page(record: dict[str, Any]) -> str:
    """`published.md`: the table, what each row is, the table by language, and the paper's statements."""
    own = record["languages"]
    about = f"Source [{own['tag']}]: {record['sources'][own['source']]}. To be compared with: {own['compare']}.\n"
    statements = [
        f"- {one['text']} [{one['tag']}]: {record['sources'][one['source']]}" for one in record["statements"].values()
    ]
    parts = [
        f"# {TITLE}\n", to_markdown(to_lines(published_table(record))), f"{record['about']}\n",
        "\n".join(f"- {note}" for note in published_notes(record)) + "\n",
        f"## {TITLES[own['target']]} by language\n", to_markdown(to_lines(languages_table(record))), about,
        "## Statements of the paper\n", "\n".join(statements) + "\n",
    ]  # fmt: skip
    return "\n".join(parts)


def _row(record: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in record["rows"] if row["name"] == name)
