"""`code-mix-texts`: the second text of a row in another language, from the same row of the parallel test sets.

The premise stays in its language and the hypothesis is in another one; of a question about a paragraph, the question.
CleanDL (Tan and Joty 2021) is made in this way, with both sides in other languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xstilts.conditions.draws import Draws
from xstilts.errors import InputError
from xstilts.params.conditions import Condition
from xstilts.records.prepared import Row

SECOND = {"classification": "text_b", "span": "question"}
"""Family -> the text that is taken from another language."""
Others = Mapping[str, Mapping[str, Row]]


def by_id(parallel: Mapping[str, Sequence[Row]] | None, language: str, condition: str) -> Others:
    """Other languages -> their rows by id."""
    others = {one: {row["id"]: row for row in rows} for one, rows in (parallel or {}).items() if one != language}
    if not any(others.values()):
        raise InputError(f"{condition}: found no rows in other languages, expected the same test set in one at least")
    return others


def code_mix_texts(row: Row, family: str, asked: Condition, others: Others) -> Row | None:
    """The row with its second text from another language; None where no other language has this row with this label."""
    name, draw = SECOND.get(family), Draws(row["id"], asked).of()
    if not name:
        return None
    there = (others[one].get(row["id"]) for one in sorted(others))
    found = [other for other in there if other and other.get("label") == row.get("label") and other[name] != row[name]]
    if not row[name].strip() or not found:
        return None
    return {**row, name: found[draw.pick % len(found)][name]} if draw.share < asked.level else row
