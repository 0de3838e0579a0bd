"""Parallel text: two files, line i of one is the translation of line i of the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from xstilts.errors import InputError, unknown
from xstilts.formats.labels import same_length
from xstilts.formats.rows import Rows
from xstilts.formats.text import read_lines

Lines = Sequence[tuple[str, str]]  # both sides of each pair
FEW = 5  # fewer pairs may all stand in a training set by chance
ENGLISH = "en"


def read_pairs(one: Path, other: Path) -> list[tuple[str, str]]:
    """Both sides of every pair, without blanks at their ends. Raises `InputError` if the files differ in length."""
    left, right = read_lines(one), read_lines(other)
    same_length(other, len(right), one, len(left), "lines")
    return [(a.strip(), b.strip()) for a, b in zip(left, right, strict=True)]


def turned(pairs: Lines) -> list[tuple[str, str]]:
    """The same pairs from the other side."""
    return [(b, a) for a, b in pairs]


def directions(languages: Collection[str]) -> tuple[str, ...]:
    """From English into each language, and from it into English: `en-sw`, `sw-en`."""
    return tuple(one for other in languages for one in (f"{ENGLISH}-{other}", f"{other}-{ENGLISH}"))


def other_of(direction: str, known: Collection[str], where: str) -> str:
    """The language of a direction that is not English. Raises `InputError` if it is no direction of known languages."""
    source, _, target = direction.partition("-")
    other = target if source == ENGLISH else source
    if ENGLISH not in (source, target) or other not in known:
        raise unknown("language", direction, directions(known), where)
    return other


def training_rows(rows: Rows, pairs: Lines, direction: str) -> None:
    """Add pairs to learn from, with the direction and the number of their line as id.

    A pair with an empty side, or with one text on both sides, teaches no translation: it is left out and counted."""
    for number, (source, target) in enumerate(pairs):
        if not source or not target:
            rows.odd["left_out_empty"] += 1
        elif source == target:
            rows.odd["left_out_same_text"] += 1
        else:
            rows.append(_row(f"{direction}/{number}", source, target, direction))


def scored_rows(pairs: Lines, direction: str, learnt: Lines, where: str, prefix: str = "") -> Rows:
    """Pairs to be scored; `learnt` are the training pairs of the same direction, which may be none.

    `seen` says which side of a pair stands on the same side of a training pair, and it is counted. Raises `InputError`
    where all sources do: one file under two names."""
    sources, targets = {source for source, _ in learnt}, {target for _, target in learnt}
    rows = Rows()
    for number, (source, target) in enumerate(pairs):
        seen = {(False, False): "", (True, False): "source", (False, True): "target", (True, True): "both"}
        known = seen[source in sources, target in targets]
        rows.append(_row(f"{prefix}{number}", source, target, direction, known))
    found = {
        "in_training_set": sum(source in sources for source, _ in pairs),
        "target_in_training_set": sum(target in targets for _, target in pairs),
        "same_text": sum(source == target for source, target in pairs),
    }
    if found["in_training_set"] == len(pairs) >= FEW:
        raise InputError(f"{where}: found all {len(pairs):,} sources in the training set too, expected others: one "
                         "file under two names?")  # fmt: skip
    rows.odd.update({name: number for name, number in found.items() if number})
    return rows


def _row(name: str, source: str, target: str, direction: str, seen: str = "") -> dict[str, str]:
    return {"id": name, "source": source, "target": target, "into": direction.partition("-")[2], "seen": seen}
