"""The label folder: labels that XTREME takes off its test files, in the form its `evaluate.py` reads."""

from __future__ import annotations

import os
import re
import statistics
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.text import read_lines
from xstilts.records.strict import brief

DIGITS = re.compile(r"[0-9]{1,9}")


def label_file(raw: Path, labels: Path, task: str, split: str, name: str) -> Path:
    """The label file that belongs to the unlabelled file `raw`, or a refusal that says what to do."""
    path = labels / name
    if not os.path.lexists(path):
        raise InputError(
            f"{task}/{split}: labels are not in {raw}; XTREME strips them; "
            f"give the label folder (tasks.{task}.labels): {path} not found"
        )
    return path


def same_length(labels: Path, found: int, raw: Path, expected: int, unit: str) -> None:
    """Refuse a label file that has more or fewer `unit` than the file it belongs to."""
    if found != expected:
        raise InputError(f"{labels}: found {found} {unit}, expected {expected} as in {raw}")


def read_permutation(path: Path, size: int) -> list[int]:
    """A file that names each line number from 0 to `size` - 1 once, one a line."""
    gold = read_lines(path)
    for number, line in enumerate(gold, start=1):
        if not DIGITS.fullmatch(line) or int(line) >= size:
            raise InputError(f"{path}:{number}: found {brief(line)}, expected a line number from 0 to {size - 1}")
    if sorted(map(int, gold)) != list(range(size)):
        raise InputError(f"{path}: found line numbers that repeat or lack, expected each of 0 to {size - 1} once")
    return [int(line) for line in gold]


def inverse(permutation: list[int]) -> list[int]:
    """The same pairing read from the other side."""
    return sorted(range(len(permutation)), key=permutation.__getitem__)


def check_direction(path: Path, source: list[str], english: list[str], gold: list[int], remedy: str) -> None:
    """Refuse a pairing that is meant the other way round, which would score near 0 without a word.

    Translations of long sentences are long: in XTREME's 36 languages lengths correlate at 0.75 and more, paired the
    wrong way at 0.11 and less."""
    given, turned = _agreement(source, english, gold), _agreement(source, english, inverse(gold))
    if len(gold) >= 100 and given < 0.3 < turned:
        raise InputError(
            f"{path}: found labels that pair long sentences with short ones (correlation of lengths {given:.2f}, and "
            f"{turned:.2f} when read the other way round), expected translations; give {remedy}"
        )


def _agreement(source: list[str], english: list[str], gold: list[int]) -> float:
    lengths = [len(source[line]) for line in gold], [len(text) for text in english]
    constant = any(len(set(side)) < 2 for side in lengths)
    return 0.0 if constant else statistics.correlation(*lengths)
