"""Figures from measured times: percentiles, the ratio of two models with its interval, and the test of equivalence.

Times are arrays of seconds by round and question, shape (rounds, questions)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

PERCENTILES = (50, 95, 99)
LEVEL = 0.95  # of the bootstrap interval
ALPHA = 0.05  # of each of the two one-sided tests; their interval has the level 1 - 2 * ALPHA
DRAWS = 2000

Verdict = Literal["equivalent", "different", "cannot decide"]


def percentiles(seconds: np.ndarray) -> tuple[float, ...]:
    """The 50th, 95th and 99th percentile over questions: of each round, then the median of the rounds.

    So a round in which the machine did something else moves none of them."""
    return tuple(float(np.median(np.percentile(seconds, one, axis=1))) for one in PERCENTILES)


def per_second(seconds: np.ndarray, questions: int) -> float:
    """Questions a second, the median of the rounds; `seconds` are those of the batches that hold all questions."""
    return float(np.median(questions / seconds.sum(axis=1)))


def ratio_interval(
    seconds: np.ndarray, reference: np.ndarray, draws: np.random.Generator, resamples: int = DRAWS
) -> tuple[float, float, float]:
    """The ratio of the medians over all questions and rounds, and its percentile bootstrap interval (95 %).

    Rounds and questions are drawn with replacement, the same ones for both models."""
    rounds, questions = seconds.shape
    found = np.empty(resamples)
    for number in range(resamples):
        chosen = np.ix_(draws.integers(rounds, size=rounds), draws.integers(questions, size=questions))
        found[number] = np.median(seconds[chosen]) / np.median(reference[chosen])
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(np.median(seconds) / np.median(reference)), float(low), float(high)


@dataclass(frozen=True)
class Equivalence:
    """Two one-sided tests (TOST): `low` and `high` bound the ratio (90 %), `p` is that of "they are not equivalent"."""

    ratio: float
    low: float
    high: float
    p: float
    verdict: Verdict


def equivalence(seconds: np.ndarray, reference: np.ndarray, margin: float) -> Equivalence:
    """Whether one model takes as long as another, up to a `margin` such as 0.05 (Schuirmann 1987).

    A question's time is the median of its rounds; the test is on the logarithms' differences, paired by question.
    `equivalent`: the whole 90 % interval of the ratio lies between 1 / (1 + margin) and 1 + margin, so both tests
    refuse at 5 %. `different`: the whole interval lies outside. Else `cannot decide`."""
    log_ratios = np.log(np.median(seconds, axis=0)) - np.log(np.median(reference, axis=0))
    mean, bound = float(log_ratios.mean()), math.log1p(margin)
    if len(log_ratios) < 2:
        return Equivalence(math.exp(mean), 0.0, math.inf, 1.0, "cannot decide")
    low, high, p = _tost(log_ratios, bound)
    verdict: Verdict = "cannot decide"
    if -bound < low and high < bound:
        verdict = "equivalent"
    elif low > bound or high < -bound:
        verdict = "different"
    return Equivalence(math.exp(mean), math.exp(low), math.exp(high), p, verdict)


def _tost(values: np.ndarray, bound: float) -> tuple[float, float, float]:
    """The interval of the mean, and the p of TOST against -bound and bound. Equal values leave no doubt."""
    from statsmodels.stats.weightstats import DescrStatsW  # takes seconds

    if np.ptp(values) == 0:
        return float(values[0]), float(values[0]), float(abs(values[0]) >= bound)
    sample = DescrStatsW(values)
    low, high = sample.tconfint_mean(2 * ALPHA)
    return float(low), float(high), float(sample.ttost_mean(-bound, bound)[0])
