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
    half = Parts(float(np.var(values, ddof=1)) / n, n - 1).margin(1 - level)
    return Interval(mean, mean - half, mean + half)


def difference(observed: np.ndarray, resampled: np.ndarray, level: float = LEVEL) -> Difference:
    """The mean difference between two sources over seeds, with examples and seeds both as a sample.

    `observed`: by seed, the difference on the test set. `resampled`: resample x seed, the same on drawn test sets, the
    same units for all seeds and both sources. Its variance has two parts, as in a hierarchical bootstrap: over seeds
    (what each seed makes of the examples is in it) and over examples, what all seeds have in common. Their margins are
    added in quadrature, Student's t with S - 1 degrees of freedom for the seeds and the normal quantile for the
    examples (Howe 1974; MOVER, Zou & Donner 2008); p is the level at which the interval ends at zero. So seeds that
    happen to agree cannot make p small by themselves: Satterthwaite's degrees of freedom, estimated from three seeds,
    give p < 0.0056 (Holm's first step over nine targets) five times as often as they should, and the percentiles of
    the draws are no 95 % interval at all (`tests/statistics/test_coverage.py`). With one seed the examples alone are
    a sample."""
    gain, seeds = float(np.mean(observed)), len(observed)
    common = float(np.var(resampled.mean(axis=1), ddof=1))
    if seeds == 1:
        parts = Parts(common=common)
    else:
        own = float(np.var(resampled - resampled.mean(axis=0), axis=1, ddof=1).mean()) / seeds
        parts = Parts(float(np.var(observed, ddof=1)) / seeds, seeds - 1, own, max(0.0, common - own))
    if parts.margin(0.5) <= 1e-9 * max(1.0, abs(gain)):  # the same on every draw
        return Difference(gain, gain, gain, 1.0 if abs(gain) < 1e-9 else 1 / (len(resampled) + 1))
    half = parts.margin(1 - level)
    return Difference(gain, gain - half, gain + half, parts.p(abs(gain)))


@dataclass(frozen=True)
class Parts:
    """The variance of a mean over seeds by where it comes from."""

    between: float = 0.0  # as the seeds differ; in it what each seed makes of the examples
    freedom: int = 0  # of `between`
    own: float = 0.0  # that share of it as the examples alone have it: no less, however well the seeds agree
    common: float = 0.0  # over examples, in all seeds alike

    def margin(self, p: float) -> float:
        """Half the interval at the level 1 - p."""
        from scipy.special import ndtri, stdtrit  # scipy.stats takes seconds to import

        normal = float(ndtri(p / 2)) ** 2
        seeds = float(stdtrit(self.freedom, p / 2)) ** 2 * self.between if self.between > 0 else 0.0
        return math.sqrt(max(seeds, normal * self.own) + normal * self.common)

    def p(self, gain: float) -> float:
        """The p at which the interval around a gain ends at zero, by bisection of its logarithm; no less than 1e-30."""
        low, high = -30.0, 0.0
        while high - low > 1e-9:
            middle = (low + high) / 2
            low, high = (middle, high) if self.margin(10**middle) > gain else (low, middle)
        return float(10**high)


def holm(values: Sequence[float]) -> list[float]:
    """p-values adjusted for the size of their family (Holm 1979), in the order given."""
    adjusted, running = [0.0] * len(values), 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=lambda place: values[place])):
        running = max(running, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = running
    return adjusted
