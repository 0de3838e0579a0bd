"""Exactly what the parameters ask for: a gap or a leftover is refused with its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, TypeVar

from xstilts import paths
from xstilts.errors import InputError

Key = TypeVar("Key", bound=tuple[Any, ...])
Value = TypeVar("Value")


def same_files(folder: Path, expected: Sequence[Path]) -> None:
    """Refuse a folder that lacks a file or has one too many: an old cell of a task that has left the parameters."""
    found = set(folder.rglob("*.json")) - {paths.curve("backbone")}  # the backbone's own curve belongs to no cell
    for path in expected:
        if path not in found:
            raise InputError(f"{path}: file not found; params.yaml asks for it (run `dvc repro`)")
    for path in sorted(found - set(expected)):
        raise InputError(f"{path}: params.yaml asks for no such cell or curve; delete the file, or put the entry back")


def same_cells(
    path: Path, cells: Iterable[tuple[Key, Value]], expected: AbstractSet[Key], name: Callable[[Key], str]
) -> dict[Key, Value]:
    """The cells of one file by their keys; refuse one that is missing, too many or there twice."""
    found: dict[Key, Value] = {}
    for key, value in cells:
        if key not in expected or key in found:
            raise InputError(f"{path}: found the cell {name(key)} {'twice' if key in found else 'too many'}")
        found[key] = value
    for key in sorted(expected - set(found)):
        raise InputError(f"{path}: the cell {name(key)} is missing (run `dvc repro`)")
    return found
