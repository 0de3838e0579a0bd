"""Which texts of a row a perturbation may change, so that its gold label stays true."""

from __future__ import annotations

from collections.abc import Mapping

from xstilts.records.prepared import Row

TEXTS: Mapping[str, tuple[str, ...]] = {
    "classification": ("text_a", "text_b"),
    "tagging": ("words",),
    "span": ("question",),  # a change in the context would move answers, or break them
    "choice": ("prompt",),  # a change in a choice may make it right or wrong
    "retrieval": ("text",),
    "dual": ("query",),
}
PARAPHRASE = ("0", "1")
"""The labels of PAWS-X and QQP."""


def texts(row: Row, family: str) -> list[str]:
    """The texts of a row that may be changed, in order. Of a pair in two languages, the English one may not."""
    if row.get("side") == "english":
        return []
    values = [row[name] for name in TEXTS[family]]
    return [text for value in values for text in (value if isinstance(value, list) else [value])]


def with_texts(row: Row, family: str, changed: list[str]) -> Row:
    """A copy of the row with other texts in the places of `texts`."""
    (name, *more) = TEXTS[family]
    if isinstance(row[name], list):
        return {**row, name: changed}
    return {**row, **dict(zip((name, *more), changed))}


def is_paraphrase(row: Row) -> bool:
    """Whether the row asks if two sentences say the same. There a single word can be the whole difference."""
    return row.get("label") in PARAPHRASE and bool(row.get("text_b"))


def names_entities(row: Row) -> bool:
    """Whether the tags of a row mark names (B-PER, O ...)."""
    return any(tag == "O" or tag[:2] in ("B-", "I-") for tag in row.get("tags", ()))
