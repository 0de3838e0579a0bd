"""Which texts of a row a perturbation may change, and which words of them not, so that the gold label stays true."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xstilts.conditions.methods import Method
from xstilts.conditions.units import Unit, wholes
from xstilts.records.prepared import Row

TEXTS: Mapping[str, tuple[str, ...]] = {
    "classification": ("text_a", "text_b"),
    "tagging": ("words",),
    "span": ("question",),  # a change in the context would move answers, or break them
    "choice": ("prompt",),  # a change in a choice may make it right or wrong
    "retrieval": ("text",),
    "dual": ("query",),
    "translation": ("source",),  # the reference stays
}
"""Family -> the columns of the texts that may be changed."""
PARAPHRASE = ("0", "1")
"""The labels of PAWS-X and QQP."""


def texts(row: Row, family: str) -> list[str]:
    """The texts of a row that may be changed, in order. Of a pair in two languages, the English side is left alone."""
    if row.get("side") == "english":
        return []
    values = [row[name] for name in TEXTS[family]]
    return [text for value in values for text in (value if isinstance(value, list) else [value])]


def with_texts(row: Row, family: str, changed: list[str]) -> Row:
    """A copy of the row with other texts in the places of `texts`."""
    names = TEXTS[family]
    return {**row, names[0]: changed} if isinstance(row[names[0]], list) else {**row, **dict(zip(names, changed))}


def names_entities(row: Row) -> bool:
    """Whether the tags of a row mark names (B-PER, O ...)."""
    return any(tag == "O" or tag[:2] in ("B-", "I-") for tag in row.get("tags", ()))


def is_left_alone(row: Row, by: Method) -> Callable[[int, Unit], bool]:
    """Whether a unit of a text of this row, by the number of the text, must stay as it is."""
    if by.words and row.get("label") in PARAPHRASE and row.get("text_b"):
        sides = [row["text_a"], row["text_b"]]
        words = [{unit.text.lower() for unit in wholes(side)} for side in sides]
        return lambda place, unit: not _is_shared(unit, sides[place], sides[1 - place], words[1 - place])
    if by.names is False and names_entities(row):
        return lambda place, unit: row["tags"][place] != "O"
    return lambda place, unit: False


def _is_shared(unit: Unit, text: str, other: str, words: set[str]) -> bool:
    """Whether the other sentence has this word, too; of scripts without words, this character between the same two."""
    if unit.in_run:
        return text[max(unit.start - 1, 0) : unit.end + 1] in other
    return unit.text.lower() in words
