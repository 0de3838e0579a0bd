"""Does something grow or fall with the size of the intermediate data? Rank correlation with an interval, Page's test.

Sizes are few, so what is asked is an order, not a curve. The interval is a two-level bootstrap: seeds are drawn, and
for each seed the test sets that were drawn for all runs alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xstilts.seeding import Seeds
from xstilts.statistics.inference import LEVEL
from xstilts.statistics.languages import ranks


@dataclass(frozen=True)
class Trend:
    """How values go with sizes. `rho` is Spearman's; None where all values are one."""

    sizes: int
    seeds: int
    rho: float | None
    low: float | None
    high: float | None
    """Bounds of `rho`; None with fewer than three sizes, or where too many draws have no order."""
    rising: float | None
    falling: float | None
    """p of Page's test, seeds as rows: of no order against values that rise, or fall, from size to size; None with one
    seed or fewer than three sizes."""


def trend(sizes: Sequence[float], observed: np.ndarray, resampled: np.ndarray, name: str) -> Trend:
    """The trend of the mean over seeds.

    `observed`: size x seed, one value on the test set; `resampled`: resample x size x seed, the same on drawn test
    sets, the same units for all. `name` seeds the draws of seeds."""
    if len(sizes) != len(set(sizes)) or observed.shape[0] != len(sizes) or resampled.shape[1:] != observed.shape:
        raise ValueError(f"found {len(sizes)} sizes, {observed.shape} values and {resampled.shape} draws")
    seeds = observed.shape[1]
    rho = spearman(sizes, observed.mean(axis=1)[None])[0]
    low = high = rising = falling = None
    if len(sizes) >= 3:
        drawn = Seeds("trend").numpy(name).integers(0, seeds, size=(len(resampled), seeds))
        means = np.take_along_axis(resampled, drawn[:, None, :], axis=2).mean(axis=2)
        found = spearman(sizes, means)
        if np.isnan(found).mean() < 1 - LEVEL:
            low, high = (float(one) for one in np.nanquantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
        if seeds > 1:
            rising, falling = page(sizes, observed)
    return Trend(len(sizes), seeds, None if np.isnan(rho) else float(rho), low, high, rising, falling)


def spearman(sizes: Sequence[float], values: np.ndarray) -> np.ndarray:
    """Spearman's rho of each row of values with the sizes; not a number where all values of a row are one."""
    x, y = ranks(sizes), np.stack([ranks(row) for row in values])
    spread = np.sqrt((x @ x) * (y * y).sum(axis=1))
    found: np.ndarray = np.divide(y @ x, spread, out=np.full(len(y), np.nan), where=spread > 0)
    return found


def page(sizes: Sequence[float], observed: np.ndarray) -> tuple[float, float]:
    """p of Page's L (Page 1963) for values that rise with the size, and for values that fall; rows are seeds."""
    from scipy.stats import page_trend_test  # takes seconds to import

    ordered = observed[np.argsort(sizes)].T
    up, down = (page_trend_test(sign * ordered, method="exact").pvalue for sign in (1, -1))
    return float(up), float(down)
