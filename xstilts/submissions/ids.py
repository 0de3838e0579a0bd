"""Whether the ids of a prediction file are those of its label file. No figure is given where few or none match.

official: XTREME's program compares and says nothing: a file with other ids scores 0. What is missing scores 0 here as
there, and is counted; ids that are not asked for do no harm where all that is asked for is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from xstilts.errors import InputError
from xstilts.families.pairing import alike, difference

SURE = 3  # lines that are right once all numbers are moved by one, before that is taken for a mistake


def answered(path: Path, given: Collection[str], labels: Path, wanted: Sequence[str]) -> dict[str, int]:
    """What to say of the ids of a file: how many are missing, unknown, or twice in the label file.

    Refused: half or more of the ids match nothing while some that are asked for are missing, or one is an asked one in
    other clothes (white space, case, Unicode form, zeros in front)."""
    asked, there = set(wanted), set(given)
    missing, unknown = [one for one in wanted if one not in there], [one for one in given if one not in asked]
    if missing and unknown and (2 * len(unknown) >= len(given) or alike(missing, unknown)):
        raise InputError(
            f"{path}: {len(unknown)} of {len(given)} ids match nothing in {labels}{difference(wanted, given)}"
        )
    counts = {"unanswered": len(missing), "unknown ids": len(unknown), "ids twice": len(wanted) - len(asked)}
    return {name: count for name, count in counts.items() if count}


def same_form(path: Path, found: Collection[str], labels: Path, known: Collection[str], what: str) -> None:
    """Refuse ids of which half or more do not look like those of the label file: not all of its ids are known."""
    fits = _form(known)
    other = [one for one in found if not fits(one)]
    if found and 2 * len(other) >= len(found):
        raise InputError(
            f"{path}: {len(other)} of {len(found)} {what} match nothing in {labels}: found first {other[0]!r}, "
            f"expected ids such as {next(iter(known))!r}{alike(known, other)}"
        )


def _form(known: Collection[str]) -> Callable[[str], bool]:
    """Whether an id has the text around its number that all known ids have, and as many digits if they are filled up.

    True of all ids if the known ones have several forms."""
    forms = {re.sub("[0-9]", "0", one) for one in known}
    short = {re.sub("0+", "0", form) for form in forms}
    if len(short) != 1:
        return lambda _: True
    if len(forms) == 1 and any(re.search("(?<![0-9])0[0-9]", one) for one in known):
        return lambda one: re.sub("[0-9]", "0", one) in forms
    return lambda one: re.sub("[0-9]+", "0", one) in short


def not_turned(path: Path, found: Sequence[tuple[str, str]], labels: Path, gold: set[tuple[str, str]]) -> None:
    """Refuse pairs whose columns are turned, and such whose ids do not look like those of the label file."""
    turned = [(english, source) for source, english in found]
    if len(gold.intersection(turned)) > len(gold.intersection(found)):
        one, other = found[0], next(one for one in turned if one in gold)
        raise InputError(
            f"{path}:1: the columns are turned: found {one[0]} {one[1]}, expected the source id first, such as "
            f"{other[0]} {other[1]} in {labels}"
        )
    for side, name in enumerate(("source ids", "English ids")):
        known = dict.fromkeys(pair[side] for pair in sorted(gold))
        same_form(path, [pair[side] for pair in found], labels, known, name)


def counted_from_zero(path: Path, found: Sequence[int], labels: Path, gold: Sequence[int]) -> None:
    """Refuse numbers of lines that do not exist, and numbers that are all one too high or too low."""
    size = len(gold)
    if set(gold) == set(range(size)) and (far := [line for line, one in enumerate(found) if one >= size]):
        raise InputError(
            f"{path}:{far[0] + 1}: found the number {found[far[0]]}, expected 0 to {size - 1}, as in {labels}: "
            "lines are counted from 0"
        )
    right = sum(one == other for one, other in zip(found, gold, strict=True))
    for step in (1, -1):
        moved = sum(one - step == other for one, other in zip(found, gold, strict=True))
        if moved >= SURE and moved > right and (2 * moved > size or moved - right > 3 * (moved + right) ** 0.5 + 2):
            raise InputError(
                f"{path}:1: the numbers are counted from {step}, not from 0: found first {found[0]}, expected "
                f"{gold[0]} as in {labels}; {moved} of {size} lines are right when moved by one, {right} as they are"
            )
