"""The order of the stages in `dvc.lock`. DVC adds a stage that is new at the end, when it has run; stages that run side
by side end in any order. So they are sorted, and the file is that of `dvc repro` in every byte.

What stood there before is never moved. A run that was killed has begun to add: so the stages that stood there before it
are written down until some run is complete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from xstilts.errors import InputError
from xstilts.records.files import read_json, write_json

BEFORE = Path(".xstilts/before.json")  # lock file -> its stages before the first of some unfinished runs


def first(locks: Sequence[Path]) -> dict[str, list[str]]:
    """The stages of each lock file that keep their place: those of before an unfinished run, if the file still begins
    with them, else all that are there."""
    known = _known()
    found = {str(path): names(path) for path in locks}
    for path, there in found.items():
        before = known.get(path)
        if before is not None and there[: len(before)] == before:
            found[path] = before
    if known != {**known, **found}:
        write_json(BEFORE, {**known, **found})
    return found


def serial(found: Sequence[str], before: Sequence[str], plan: Sequence[str]) -> list[str]:
    """The stages `found` in a lock file as `dvc repro` would have written them: those of before, then by the plan."""
    rank = {name: place for place, name in enumerate(plan)}
    old = set(before)
    new = sorted((name for name in found if name not in old), key=lambda name: rank.get(name, len(rank)))
    return [name for name in found if name in old] + new


def forget() -> None:
    """A run is complete: the next one begins from what is there then."""
    BEFORE.unlink(missing_ok=True)


def names(path: Path) -> list[str]:
    """The stages of a lock file, in its order."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as file:
        content: Any = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return list((content or {}).get("stages") or {})


def _known() -> dict[str, list[str]]:
    try:
        return dict(read_json(BEFORE)) if BEFORE.is_file() else {}
    except (InputError, ValueError, TypeError):  # cut off, or somebody's
        return {}
