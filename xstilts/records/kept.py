"""Files that the pipeline has not written: they are moved out of its folders, and never deleted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from xstilts import paths


def files(folder: Path) -> list[Path]:
    """Everything below a folder that is no folder itself, as paths from it; a link counts as a file."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(folder) for path in found)


def keep(names: Iterable[Path], folder: Path, lie: Path | None = None) -> None:
    """Move files of an output folder to `paths.KEPT`, one line each; `lie`: where they are if the folder has moved."""
    for name in names:
        place = _free(_inside(folder / name))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move((lie or folder) / name, place)
        print(f"{os.path.relpath(folder / name)}: not written by this pipeline, moved to {place}", flush=True)


def _inside(path: Path) -> Path:
    """The path from the project's folder, or from the root where it lies elsewhere."""
    whole = Path(os.path.abspath(path))
    return whole.relative_to(Path.cwd() if whole.is_relative_to(Path.cwd()) else whole.anchor)


def _free(inside: Path) -> Path:
    """A place of this name where nothing lies: below `paths.KEPT`, or below its name with a number."""
    for number in count():
        place = paths.KEPT.with_name(f"{paths.KEPT.name}.{number}" if number else paths.KEPT.name) / inside
        if not os.path.lexists(place) and not any(parent.is_file() for parent in place.parents):
            return place
    raise AssertionError
