"""A perturbation over the rows of a test set: the same rows in the same order, with some words of them changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from pathlib import Path

from xstilts.conditions.code_mix_texts import by_id, code_mix_texts
from xstilts.conditions.distractor import Paragraphs, distractor
from xstilts.conditions.draws import Draws
from xstilts.conditions.methods import Method, method
from xstilts.conditions.option_order import option_order
from xstilts.conditions.texts import TEXTS, is_left_alone, names_entities, texts, with_texts
from xstilts.conditions.units import Unit
from xstilts.errors import unknown
from xstilts.params.conditions import Condition, parse
from xstilts.records.prepared import Row

COUNTS = ("rows", "rows_changed", "rows_refused", "words", "words_able", "words_changed")


@dataclass(frozen=True)
class Conditioned:
    """A test set under a condition.

    `counts`: rows, those that changed, and those that the condition cannot change without touching the gold label;
    words, those that could change, and those that did. Where a language has nothing that could change, all rows are as
    they were, and the counts say so. What a word is depends on the perturbation (`docs/conditions.md`)."""

    rows: list[Row]
    counts: dict[str, int]


def apply(
    rows: Sequence[Row],
    family: str,
    language: str,
    condition: str,
    files: Mapping[str, Path] | None = None,
    parallel: Mapping[str, Sequence[Row]] | None = None,
) -> Conditioned:
    """The rows of one language under a condition such as `swap-0.1`: as many, in the same order, same ids and labels
    (`option-order`: the label goes with the right option).

    `files`: for `natural` and `code-mix`, the folder of their tables. `parallel`: for `code-mix-texts`, the same test
    set in other languages."""
    asked = parse(condition)
    if family not in TEXTS:
        raise unknown("family", family, TEXTS, condition)
    counts = Counter(dict.fromkeys(COUNTS, 0))
    if asked.name == "distractor":
        paragraphs = Paragraphs(rows if family == "span" else [])
        found = [distractor(row, asked, paragraphs) if family == "span" else None for row in rows]
    elif asked.name == "code-mix-texts":
        others = by_id(parallel, language, condition)
        found = [code_mix_texts(row, family, asked, others) for row in rows]
    elif asked.name == "option-order":
        found = [option_order(row, family, asked) for row in rows]
    else:
        by = method(asked, spoken(family, language), files or {})
        found = [_perturbed(row, family, asked, by, counts) for row in rows]
    changed = [old if new is None else new for old, new in zip(rows, found)]
    counts["rows"] = len(rows)
    counts["rows_refused"] = sum(new is None for new in found)
    counts["rows_changed"] = sum(new != old for old, new in zip(rows, changed))
    return Conditioned(changed, dict(counts))


def spoken(family: str, language: str) -> str:
    """The language of the texts that are changed: of a translation that of the source, `sw` of `sw-en`."""
    return language.partition("-")[0] if family == "translation" else language


def _perturbed(row: Row, family: str, asked: Condition, by: Method, counts: Counter[str]) -> Row | None:
    """One row with a share of its words changed; None where its kind is refused.

    Of n words that can change level x n do, rounded up or down by chance: short rows get their part, too."""
    if by.names is None and names_entities(row):
        return None
    draws, found = Draws(row["id"], asked), texts(row, family)
    edit, alone = by.edit(found), is_left_alone(row, by)
    able: list[tuple[int, int, Unit, str]] = []
    for place, text in enumerate(found):
        for number, unit in enumerate(by.units(text)):
            counts["words"] += 1
            draw = draws.of(place, number)
            new = edit(unit, draw)
            if new != unit.text and not alone(place, unit):
                able.append((draw.order, place, unit, new))
    size = floor(asked.level * len(able) + draws.of().share)
    taken = sorted(able, key=lambda one: one[0])[:size]
    for _, place, unit, new in sorted(taken, key=lambda one: -one[2].start):
        found[place] = found[place][: unit.start] + new + found[place][unit.end :]
    counts["words_able"] += len(able)
    counts["words_changed"] += len(taken)
    return with_texts(row, family, found) if taken else row
