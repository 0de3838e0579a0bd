"""Percentiles, intervals and TOST: against numpy, scipy and statsmodels, and on data whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import ttost_paired

from xstilts.latency.comparison import equivalence, per_second, percentiles, ratio_interval


def times(seed: int, rounds: int = 5, questions: int = 60, factor: float = 1.0, noise: float = 0.02) -> np.ndarray:
    """Seconds (rounds, questions): questions of several lengths, each round with noise of its own."""
    lengths = np.random.default_rng(0).lognormal(-4, 0.5, questions)
    return factor * lengths * np.random.default_rng(seed).lognormal(0, noise, (rounds, questions))


def test_percentiles_are_medians_over_rounds_of_those_of_numpy() -> None:
    seconds = np.array([np.arange(101.0), np.arange(101.0) + 7, np.full(101, 1e6)])
    assert percentiles(seconds) == (57.0, 102.0, 106.0), "50, 95, 99 of the second round, which is the median"
    seconds = times(1)
    expected = [np.median([np.percentile(own, one) for own in seconds]) for one in (50, 95, 99)]
    assert percentiles(seconds) == pytest.approx(expected)


def test_questions_a_second() -> None:
    """Twelve questions in batches that take 3, 2 and 4 seconds together."""
    assert per_second(np.array([[1.0, 2.0], [1.0, 1.0], [0.5, 3.5]]), 12) == 4.0


def test_the_ratio_and_its_interval() -> None:
    reference = times(1)
    assert ratio_interval(reference, reference, np.random.default_rng(1)) == (1.0, 1.0, 1.0), "drawn together"
    ratio, low, high = ratio_interval(times(2, factor=0.5), reference, np.random.default_rng(1))
    assert low < 0.5 < high and low < ratio < high and high - low < 0.15
    again = ratio_interval(times(2, factor=0.5), reference, np.random.default_rng(1))
    assert again == (ratio, low, high)


def test_the_interval_of_a_ratio_covers_it() -> None:
    """Of 200 made-up runs about 95 % of the intervals hold the true ratio; far fewer would be a mistake."""
    inside = 0
    for run in range(200):
        draws = np.random.default_rng(run)
        one, other = (draws.lognormal(-4, 0.3, (3, 50)) * factor for factor in (1.2, 1.0))
        _, low, high = ratio_interval(one, other, draws, resamples=200)
        inside += low <= 1.2 <= high
    assert 180 <= inside <= 200


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1000), st.floats(0.9, 1.1), st.floats(0.005, 0.2), st.integers(2, 40), st.floats(0.01, 0.3))
def test_tost_is_that_of_scipy_and_statsmodels(
    seed: int, factor: float, noise: float, questions: int, margin: float
) -> None:
    one = times(seed, 3, questions, factor, noise)
    other = times(seed + 1, 3, questions, 1.0, noise)
    found = equivalence(one, other, margin)
    medians = np.median(one, axis=0), np.median(other, axis=0)
    values, bound = np.log(medians[0] / medians[1]), math.log(1 + margin)
    above = stats.ttest_1samp(values, -bound, alternative="greater").pvalue
    below = stats.ttest_1samp(values, bound, alternative="less").pvalue
    assert found.p == pytest.approx(max(above, below), rel=1e-6, abs=1e-12)
    assert found.p == pytest.approx(
        ttost_paired(*medians, 1 / (1 + margin), 1 + margin, transform=np.log)[0], rel=1e-6, abs=1e-12
    )
    interval = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((math.exp(interval.low), math.exp(interval.high)))
    assert (found.verdict == "equivalent") == (max(above, below) < 0.05), "both tests refuse, or the interval is inside"


@pytest.mark.parametrize(
    ("factor", "noise", "verdict"),
    [
        (1.00, 0.02, "equivalent"),
        (1.02, 0.02, "equivalent"),  # there is a difference, but less than the margin
        (0.50, 0.02, "different"),
        (1.30, 0.02, "different"),
        (1.05, 0.02, "cannot decide"),  # at the margin
        (1.00, 1.50, "cannot decide"),  # too much noise
    ],
)
def test_the_verdict(factor: float, noise: float, verdict: str) -> None:
    found = equivalence(times(2, factor=factor, noise=noise), times(1, noise=noise), 0.05)
    assert found.verdict == verdict
    assert found.low <= found.ratio <= found.high


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "equivalent"), (1.04, "equivalent"), (2.0, "different")])
def test_times_without_any_noise(factor: float, verdict: str) -> None:
    seconds = np.full((2, 8), 0.5)
    found = equivalence(factor * seconds, seconds, 0.05)
    assert found.verdict == verdict and found.ratio == found.low == found.high == pytest.approx(factor)


def test_one_question_decides_nothing() -> None:
    assert equivalence(np.ones((5, 1)), np.ones((5, 1)), 0.05).verdict == "cannot decide"


def test_equal_models_are_seldom_called_equivalent_where_they_are_not() -> None:
    """Size: at a true ratio on the margin itself at most 5 % of the runs may say `equivalent`."""
    said = [
        equivalence(times(run, 1, 20, 1.05, 0.05), times(run + 5000, 1, 20, 1.0, 0.05), 0.05).verdict
        for run in range(400)
    ]
    assert said.count("equivalent") <= 400 * 0.08 and said.count("different") <= 400 * 0.08
