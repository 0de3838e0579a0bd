"""Intervals and tests against scipy 1.17, R's `multtest` as statsmodels has it, and sacreBLEU's rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xstilts.statistics.inference import difference, holm, percentile_interval, t_interval

# statsmodels 0.15 stats/tests/test_multi.py: pval0 and column "Holm" of res_multtest1 (R's multtest), sorted by p.
HOLM = {
    5.23656777208e-05: 5.2365677720800005e-04, 2.8140506198e-04: 2.5326455578199999e-03,
    1.49877310796e-02: 1.1990184863680001e-01, 2.02732688798e-02: 1.4191288215860001e-01,
    1.77096952723e-01: 1.0, 6.42193923795e-01: 1.0, 6.80845947633e-01: 1.0, 7.1626938238e-01: 1.0,
    8.38541367553e-01: 1.0, 9.67833824309e-01: 1.0,
}  # fmt: skip
# The same file, res_multtest2: six p-values in order, their Holm.
EQUAL_AT_THE_TOP = ([0.002, 0.004, 0.006, 0.008, 0.01, 0.012], [0.012, 0.02, 0.024, 0.024, 0.024, 0.024])


def generator() -> np.random.Generator:
    return np.random.default_rng(1)


def test_holm_gives_what_r_gives() -> None:
    shuffled = [list(HOLM)[place] for place in (8, 5, 6, 9, 7, 4, 0, 3, 1, 2)]
    assert holm(shuffled) == pytest.approx([HOLM[p] for p in shuffled], abs=1e-15)
    assert holm(EQUAL_AT_THE_TOP[0]) == pytest.approx(EQUAL_AT_THE_TOP[1], abs=1e-15)
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_the_p_and_bonferroni(values: list[float]) -> None:
    adjusted = holm(values)
    for p, own in zip(values, adjusted, strict=True):
        assert p <= own <= min(1.0, len(values) * p)
    order = sorted(range(len(values)), key=lambda place: values[place])
    assert [adjusted[place] for place in order] == sorted(adjusted)


def test_t_interval_is_that_of_scipy() -> None:
    values = [70.1, 71.9, 68.4]
    found, expected = t_interval(values), stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_one_seed_has_no_interval() -> None:
    found = t_interval([70.0])
    assert (found.mean, found.low, found.high) == (70.0, None, None)


def test_seeds_alone_give_the_paired_t_test() -> None:
    """Where the draws of examples change nothing, what is left is Student's test over seeds."""
    gains = np.array([1.0, 2.5, 0.7])
    found, expected = difference(gains, np.tile(gains, (200, 1))), stats.ttest_1samp(gains, 0)
    interval = expected.confidence_interval(0.95)
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def paired(n: int = 400, effect: float = 0.06) -> tuple[np.ndarray, np.ndarray]:
    """Right answers of two systems to the same questions."""
    random = generator()
    one = (random.random(n) < 0.6).astype(float)
    other = np.where(random.random(n) < 0.25, random.random(n) < 0.6 + 4 * effect, one).astype(float)
    return one, other


def draws_of(one: np.ndarray, other: np.ndarray, samples: int) -> np.ndarray:
    drawn = generator().integers(0, len(one), size=(samples, len(one)))
    return np.asarray((other - one)[drawn].mean(axis=1))


@pytest.mark.parametrize("effect", [0.0, 0.02, 0.06])
def test_one_seed_gives_the_paired_p_of_scipy(effect: float) -> None:
    """scipy's permutation test (signs of the pairs); both are estimates, of the same p up to order 1 / n."""
    one, other = paired(effect=effect)
    draws = draws_of(one, other, 4000)
    found = difference(np.array([np.mean(other - one)]), draws[:, None])
    expected = stats.permutation_test(
        (other, one), lambda x, y, axis: np.mean(x - y, axis=axis), permutation_type="samples",
        n_resamples=4000, rng=np.random.default_rng(2),
    )  # fmt: skip
    # Right or wrong is discrete: half of the signs that give just the observed difference count, as in the mid-p value.
    null, seen = np.abs(expected.null_distribution), abs(expected.statistic)
    middle = np.mean(null > seen + 1e-12) + np.mean(np.isclose(null, seen, atol=1e-12)) / 2
    assert found.p == pytest.approx(middle, abs=0.03)


def test_one_seed_gives_twice_the_paired_p_of_sacrebleu() -> None:
    """sacreBLEU (sacrebleu/significance.py @0dca9d4, `_paired_bs_test`) takes the absolute differences of the resamples
    less their mean, which leaves the upper tail alone: with the same draws about half a two-sided p."""
    one, other = paired(effect=0.03)
    observed, draws = float(np.mean(other - one)), draws_of(one, other, 4000)
    sizes = np.abs(draws)
    theirs = (np.sum(sizes - sizes.mean() > abs(observed)) + 1) / (len(draws) + 1)
    assert difference(np.array([observed]), draws[:, None]).p == pytest.approx(2 * theirs, abs=0.02)


def test_percentile_interval_is_that_of_scipy() -> None:
    values = generator().exponential(size=80)
    draws = values[np.random.default_rng(3).integers(0, 80, size=(8000, 80))].mean(axis=1)
    expected = stats.bootstrap((values,), np.mean, n_resamples=8000, method="percentile", rng=np.random.default_rng(4))
    found = percentile_interval(float(values.mean()), draws)
    assert found.low == pytest.approx(expected.confidence_interval.low, abs=0.02)
    assert found.high == pytest.approx(expected.confidence_interval.high, abs=0.02)


@pytest.mark.parametrize("seeds", [1, 2, 3])
def test_a_source_against_itself_differs_by_nothing(seeds: int) -> None:
    found = difference(np.zeros(seeds), np.zeros((50, seeds)))
    assert (found.mean, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=4), st.integers(0, 99))
def test_the_sign_of_a_difference_is_all_that_turns(observed: list[float], seed: int) -> None:
    values = np.array(observed)
    drawn = values + np.random.default_rng(seed).normal(size=(60, len(values)))
    there, back = difference(values, drawn), difference(-values, -drawn)
    assert (there.low, there.high) == pytest.approx((-(back.high or 0.0), -(back.low or 0.0)))
    assert there.p == pytest.approx(back.p) and 0 <= there.p <= 1
