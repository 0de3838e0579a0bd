"""Intervals and tests from scores: over examples, over seeds, over both for a difference, and Holm's correction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """An estimate with its two-sided interval, in points (0-100); None where nothing is known of the spread."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference(Interval):
    """A difference between two sources, with the two-sided p of "there is none"."""

    p: float


def percentile_interval(mean: float, resampled: np.ndarray, level: float = LEVEL) -> Interval:
    """The percentile bootstrap interval (Efron 1979) of one score, from its resamples over test examples."""
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high))


def t_interval(values: Sequence[float], level: float = LEVEL) -> Interval:
    """Student's interval of a mean over seeds; without bounds where there is one seed."""
    mean, n = float(np.mean(values)), len(values)
    if n < 2:
        return Interval(mean, None, None)
    half = _t_quantile(n - 1, level) * float(np.std(values, ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half)


def difference(
    observed: np.ndarray, resampled: np.ndarray, generator: np.random.Generator, level: float = LEVEL
) -> Difference:
    """The mean difference between two sources over seeds, with examples and seeds both as a sample.

    `observed`: by seed, the difference on the test set. `resampled`: resample x seed, the same on drawn test sets.
    Its standard error is that of a hierarchical bootstrap: seeds are drawn, then units, the same units for all seeds
    and both sources. Of S seeds S - 1 are drawn, which makes the variance over seeds unbiased (McCarthy & Snowden
    1985, the with-replacement bootstrap). Interval and p come from Student's t with Satterthwaite's degrees of freedom:
    S - 1 where the seeds are all of the variance, many where the examples are. The percentiles of the same draws would
    be no 95 % interval: of three seeds that differ they cover 75 %, and 30 % of true zeros get p < 0.05
    (`tests/statistics/test_coverage.py`). With one seed the examples alone are a sample."""
    gain, seeds = float(np.mean(observed)), len(observed)
    if seeds == 1:
        draws = resampled[:, 0]
    else:
        drawn = generator.integers(0, seeds, size=(len(resampled), seeds - 1))
        draws = np.take_along_axis(resampled, drawn, axis=1).mean(axis=1)
    error = float(np.std(draws, ddof=1))
    if error <= 1e-9 * max(1.0, abs(gain)):  # the same on every draw
        return Difference(gain, gain, gain, 1.0 if abs(gain) < 1e-9 else 1 / (len(draws) + 1))
    between = float(np.var(observed, ddof=1)) / seeds if seeds > 1 else 0.0
    freedom = (seeds - 1) * max(1.0, min(error**2 / between, 1e100) ** 2) if between > 0 else math.inf
    half = _t_quantile(freedom, level) * error
    return Difference(gain, gain - half, gain + half, _t_p(abs(gain) / error, freedom))


def _t_quantile(freedom: float, level: float) -> float:
    from scipy.special import ndtri, stdtrit  # scipy.stats takes seconds to import

    upper = (1 + level) / 2
    return float(ndtri(upper) if math.isinf(freedom) else stdtrit(freedom, upper))


def _t_p(value: float, freedom: float) -> float:
    """The two-sided p of |t| = `value`."""
    from scipy.special import ndtr, stdtr

    return 2 * float(ndtr(-value) if math.isinf(freedom) else stdtr(freedom, -value))


def holm(values: Sequence[float]) -> list[float]:
    """p-values adjusted for the size of their family (Holm 1979), in the order given."""
    adjusted, running = [0.0] * len(values), 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=lambda place: values[place])):
        running = max(running, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = running
    return adjusted
