"""What a condition takes from a score: the clean set and the same set under the condition, for each source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.records.files import read_json
from xstilts.records.forms import Maybe, check
from xstilts.report.figures.gains import SAME
from xstilts.report.figures.grid import MAIN, Grid, mean

MEAN = "mean"  # in the place of a language: of all in which the condition changes anything
CLEAR = 3  # standard errors that a clean score is above chance, so that a share of it means something
ROW = {
    "source": str, "target": str, "condition": str, "language": str, "drop": float, "low": Maybe(float),
    "high": Maybe(float), "clean_error": float,
}  # fmt: skip
Known = Mapping[tuple[str, ...], Mapping[str, Any]]  # target, source, condition, language -> a row of the statistics


@dataclass(frozen=True)
class Drop:
    """One source on one target, clean and under a condition; in one language, or the mean over several."""

    target: str
    source: str
    condition: str
    language: str
    clean: float  # of the rows that are there under the condition
    noised: float
    low: float | None  # the interval of the drop; none for what is no row of the table
    high: float | None
    relative: float | None  # the drop as a share of what is above chance; none where that is too little to tell
    lost: int  # answers that are right on the clean set and wrong under the condition, of all seeds
    won: int  # the other way round
    n: int  # answers

    @property
    def drop(self) -> float:
        """Points that are lost."""
        return self.clean - self.noised


def drops(grid: Grid, path: Path) -> list[Drop]:
    """Every target, condition and source: the mean first, then each language. `path`: the statistics, if they are
    there; refused where they belong to other cells."""
    known = _known(path)
    return [
        _drop(grid, known, path, target, source, condition, language, chosen)
        for target in grid.targets
        for condition in grid.conditions(target)
        if (changed := changed_languages(grid, target, condition))
        for source in grid.everything
        for language, chosen in ((MEAN, changed), *((one, [one]) for one in changed))
    ]


def changed_languages(grid: Grid, target: str, condition: str) -> list[str]:
    """The languages in which a condition changes any row; a mean over others would look robust."""
    counts = grid.documents[target]["conditions"][condition]
    return [one for one in grid.languages(target) if counts[one]["rows_changed"]]


def counted(grid: Grid, target: str, condition: str) -> dict[str, int]:
    """What was counted when the sets of all languages were made; what is counted of inputs is left out."""
    sums: dict[str, int] = {}
    for own in grid.documents[target]["conditions"][condition].values():
        for name, value in own.items():
            if not name.startswith("input "):
                sums[name] = sums.get(name, 0) + value
    return sums


def fewer(grid: Grid, target: str, condition: str) -> dict[str, int]:
    """Language -> rows, where a published set has a part of the clean rows."""
    counts = grid.documents[target]["conditions"][condition]
    return {
        one: counts[one]["rows"] for one in changed_languages(grid, target, condition)
        if counts[one].get("rows_missing")
    }  # fmt: skip


def _known(path: Path) -> Known:
    """The rows of the statistics that are about conditions."""
    document = read_json(path) if path.exists() else {}
    rows: Sequence[Mapping[str, Any]] = check(document, {"conditions": Maybe({"rows": [ROW]}, True)}, path).get(
        "conditions", {"rows": []}
    )["rows"]
    return {(row["target"], row["source"], row["condition"], row["language"]): row for row in rows}


def _drop(
    grid: Grid, known: Known, path: Path, target: str, source: str, condition: str, language: str, chosen: Sequence[str]
) -> Drop:
    cells: dict[str, list[Mapping[str, Any]]] = {one: [] for one in chosen}
    for cell in _cells(grid, target, source, condition):
        if cell["language"] in cells:
            cells[cell["language"]].append(cell)
    clean, noised = (mean(mean(cell[name] for cell in own) for own in cells.values()) for name in ("clean", MAIN))
    row = known.get((target, source, condition, language), {})
    if row and abs(row["drop"] - (clean - noised)) > SAME:
        raise InputError(
            f"{path}: found a drop of {row['drop']:.2f} for {source} on {target}/{paths.under(language, condition)}, "
            f"expected {clean - noised:.2f} of the cells (run `dvc repro`)"
        )
    above = clean - mean(grid.chance(target, one, condition) for one in chosen)
    relative = (clean - noised) / above if row and above > CLEAR * row["clean_error"] else None
    flips = [cell["flips"] for own in cells.values() for cell in own]
    lost, won, n = (sum(one[name] for one in flips) for name in ("lost", "won", "n"))
    return Drop(
        target, source, condition, language, clean, noised, row.get("low"), row.get("high"), relative, lost, won, n
    )


def _cells(grid: Grid, target: str, source: str, condition: str) -> Iterator[Mapping[str, Any]]:
    for cell in grid.documents[target]["cells"]:
        if (cell["source"], cell.get("condition")) == (source, condition):
            yield cell
