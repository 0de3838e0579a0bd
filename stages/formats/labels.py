"""The label folder: labels that XTREME takes off its test files, in the form its `evaluate.py` reads."""

from __future__ import annotations

from pathlib import Path

from stages.common.errors import InputError


def label_file(raw: Path, labels: Path, task: str, split: str, name: str) -> Path:
    """The label file that belongs to the unlabelled file `raw`, or a refusal that says what to do."""
    path = labels / name
    if not path.is_file():
        raise InputError(
            f"{task}/{split}: labels are not in {raw}; XTREME strips them; "
            f"give the label folder (tasks.{task}.labels): {path} not found"
        )
    return path


def same_length(labels: Path, found: int, raw: Path, expected: int, unit: str) -> None:
    """Refuse a label file that has more or fewer `unit` than the file it belongs to."""
    if found != expected:
        raise InputError(f"{labels}: found {found} {unit}, expected {expected} as in {raw}")
