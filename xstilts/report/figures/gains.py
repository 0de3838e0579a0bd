"""What one source gains over another on a target, and the interval within which the gain is known.

Over `none` the interval is that of `results/statistics.json` (bootstrap over seeds and examples, p after Holm) where
the file is there. All else has the seeds alone: from mean - sd, or the lowest seed, to mean + sd, or the highest. So
zero lies outside exactly where every seed has the same sign and the mean is larger than its standard deviation. With
three seeds of pure noise that happens to one gain in nine on either side (t > sqrt(3) with 2 degrees of freedom).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.records import results
from xstilts.report.figures.averages import overall, task_scores
from xstilts.report.figures.grid import Grid, mean, spread

AVERAGE = "average"  # the mean over the benchmark's targets, where a target is asked for
SAME = 0.05  # points within which a gain of the statistics must equal that of the cells


@dataclass(frozen=True)
class Gain:
    """Points gained, mean over seeds and languages, and the ends of its interval; one seed has none."""

    mean: float
    low: float | None = None
    high: float | None = None
    significant: bool = False  # as the statistics decide after Holm's correction; never true of seeds alone


@dataclass(frozen=True)
class Statistics:
    """The gains of `results/statistics.json` over `none` by (source, target)."""

    level: float = 0.95
    gains: Mapping[tuple[str, str], Gain] = field(default_factory=dict)

    def legend(self, seeds: int) -> str:
        """What the marks of a gain mean."""
        over = "seeds and examples" if seeds > 1 else "examples alone"
        return (
            f"[ ]: {100 * self.level:.0f} % interval over {over}; * p < {1 - self.level:.2g} after Holm's "
            "correction over the targets of a source."
        )


def read_statistics(grid: Grid, path: Path = Path("results/statistics.json")) -> Statistics:
    """The statistics, if they are there; refused where they belong to other cells than the table does."""
    if not path.exists():
        return Statistics()
    document = results.read_statistics(path)
    level = float(document["settings"]["level"])
    found = {(one["source"], one["target"]): _gain(one) for one in document["gains"]}
    known = {key: gain for key, gain in found.items() if key[0] in grid.sources and key[1] in grid.targets}
    for (source, target), gain in known.items():
        if abs(gain.mean - (expected := seed_gain(grid, source, target).mean)) > SAME:
            raise InputError(
                f"{path}: found a gain of {gain.mean:+.2f} for {source} on {target}, expected {expected:+.2f} of the "
                "cells (run `dvc repro`)"
            )
    return Statistics(level, known)


def _gain(one: Mapping[str, Any]) -> Gain:
    low, high = (None if one[end] is None else float(one[end]) for end in ("low", "high"))
    return Gain(float(one["gain"]), low, high, bool(one["better"] or one.get("worse")))


def gain(grid: Grid, statistics: Statistics, source: str, target: str, base: str = "none") -> Gain:
    """What `source` gains over `base` on a target or on `average`: from the statistics, else from the seeds."""
    known = statistics.gains.get((source, target)) if base == "none" else None
    return known or seed_gain(grid, source, target, base)


def seed_gain(grid: Grid, source: str, target: str, base: str = "none") -> Gain:
    """The same from the seeds alone, each compared with itself."""
    own, other = (_scores(grid, target, name) for name in (source, base))
    values = [one - two for one, two in zip(own, other, strict=True)]
    middle, sd = mean(values), spread(values)
    if sd is None:
        return Gain(middle)
    return Gain(middle, min(middle - sd, *values), max(middle + sd, *values))


def _scores(grid: Grid, target: str, source: str) -> list[float]:
    return overall(grid, source) if target == AVERAGE else task_scores(grid, target, source)
