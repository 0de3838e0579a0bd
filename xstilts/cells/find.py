"""One cell among the results."""

from __future__ import annotations

from typing import Any

from xstilts import paths
from xstilts.cells.audit import by_key, name
from xstilts.errors import InputError, unknown
from xstilts.records.files import read_json
from xstilts.scoring.cells import Cell


def find(
    profile: str, source: str, target: str, language: str, seed: int, condition: str | None = None
) -> tuple[Cell, dict[str, Any]]:
    """A cell of `results/cells`, and the signature of its target.

    Raises `InputError` for what is not there, and for cells that another profile has left: a run of this one that has
    not come to its scores yet would show their figures as its own."""
    document = read_json(paths.cells(target))
    if (made := document["signature"].get("profile")) != profile:
        found = f"found cells of the profile {made}, expected {profile} as in params.yaml"
        raise InputError(f"{paths.cells(target)}: {found} (run `dvc repro`)")
    if language not in document["languages"]:
        raise unknown("language", language, document["languages"], target)
    if condition and condition not in (known := document.get("conditions", {})):
        raise unknown("condition", condition, known, target)
    if condition and not document["conditions"][condition][language]["rows"]:
        raise InputError(f"{target}/{language}: the published set '{condition}' has no rows in this language")
    cells, place = by_key(document["cells"]), paths.under(language, condition)
    if (source, seed, place) not in cells:
        raise InputError(f"{paths.cells(target)}: {name(source, target, place, seed)} is missing (run `dvc repro`)")
    return cells[source, seed, place], document["signature"]
