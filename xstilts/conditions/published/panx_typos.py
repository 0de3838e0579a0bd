"""PAN-X with typing errors that people make (Stickland et al. 2023, arXiv 2210.04782), in de es fr hi tr."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from xstilts.conditions.published.files import TAGS, only
from xstilts.errors import InputError
from xstilts.formats.rows import Rows
from xstilts.formats.text import read_jsonl
from xstilts.records.prepared import Row
from xstilts.records.strict import brief

WORD = 0.5  # how much each word is like the one it was made from, 0 to 1: `zweite` and `zweiter` are 0.92


def read_panx_typos(folder: Path, language: str) -> Rows:
    """test_<language>_typos_<rate>.jsonl; an id is the number of the line. No file says which sentence it was."""
    rows = Rows()
    fields = {"tokens": list, "ner_tags": list}
    for number, (where, row) in enumerate(read_jsonl(only(folder, f"test_{language}_typos_*.jsonl"), fields)):
        words, tags = row["tokens"], row["ner_tags"]
        if not words or len(words) != len(tags):
            raise InputError(f"{where}: found {len(words)} tokens and {len(tags)} tags, expected as many, and some")
        if odd := [word for word in words if not isinstance(word, str) or not word.strip()]:
            raise InputError(f"{where}: found the token {brief(odd[0])}, expected a text")
        if wrong := [tag for tag in tags if type(tag) is not int or not 0 <= tag < len(TAGS)]:
            raise InputError(f"{where}: found the tag {brief(wrong[0])}, expected a number from 0 to {len(TAGS) - 1}")
        rows.odd["broken_characters"] += any("\ufffd" in word for word in words)
        rows.add(id=f"typos-{number}", words=[word.strip() for word in words], tags=[TAGS[tag] for tag in tags])
    return rows


def found_again(rows: Rows, clean: Sequence[Row]) -> Rows:
    """The rows with the ids of the sentences that they were made from, as no file names them.

    The clean sentence has as many words, the same tags, half of the words or more as they are, and each word is like
    that in its place (`WORD`). Where several sentences are the most alike, or two rows have the same one, there is no
    pair. The published rows stand in the order of the test set: pairs that cross others are none, either. A row without
    a pair keeps the id of its line."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(clean):
        groups.setdefault(tuple(row["tags"]), []).append(place)
    places = [_origin(row, clean, groups.get(tuple(row["tags"]), ())) for row in rows]
    often = Counter(places)
    pairs = [(number, place) for number, place in enumerate(places) if place is not None and often[place] == 1]
    names = {number: clean[place]["id"] for number, place in _in_order(pairs)}
    found = Rows()
    found.odd.update(rows.odd)
    for number, row in enumerate(rows):
        found.add(**{**row, "id": names.get(number, row["id"])})
    return found


def _origin(row: Row, clean: Sequence[Row], group: Sequence[int]) -> int | None:
    """The place of the one sentence of a group that is most like a row; None where there is none, or more than one."""
    likeness = [(_likeness(row["words"], clean[place]["words"]), place) for place in group]
    best = max((value for value, _ in likeness), default=0.0)
    places = [place for value, place in likeness if value == best]
    return places[0] if best and len(places) == 1 else None


def _likeness(words: Sequence[str], others: Sequence[str]) -> float:
    """How much two sentences of as many words are alike, 0 to 1; 0 where they cannot be one sentence."""
    if 2 * sum(map(str.__eq__, words, others)) < len(words):
        return 0.0
    pairs = zip(map(str.casefold, words), map(str.casefold, others), strict=True)
    alike = [SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in pairs]
    return sum(alike) / len(alike) if min(alike) >= WORD else 0.0


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs, given by their first number, whose second numbers ascend."""
    ends: list[int] = []  # the smallest last number of an ascending series of each length
    lasts: list[int] = []  # the pair that it belongs to
    before: list[int | None] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        ends[length : length + 1], lasts[length : length + 1] = [place], [number]
        before.append(lasts[length - 1] if length else None)
    found: list[tuple[int, int]] = []
    at = lasts[-1] if lasts else None
    while at is not None:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
