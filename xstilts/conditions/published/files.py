"""What published sets share: their labels, and the one file that belongs to a language."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError, missing

NLI = ("contradiction", "entailment", "neutral")
TAGS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")  # by the numbers that files have for them


def only(folder: Path, pattern: str) -> Path:
    """The file of a folder that a pattern names; `InputError` for none and for several."""
    if not folder.is_dir():
        raise missing(folder, "folder")
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        there = ", ".join(path.name for path in found) or "none"
        raise InputError(f"{folder}: found {there}, expected one file {pattern}")
    return found[0]
