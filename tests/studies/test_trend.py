"""Trends over sizes: known answers, planted trends that are found, and silence where there is none."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from xstilts.studies.trend import page, spearman, trend

SIZES = (250, 500, 1000, 2000, 3000)


@given(st.lists(st.integers(0, 4), min_size=5, max_size=5).filter(lambda values: len(set(values)) > 1))
def test_rho_is_that_of_scipy(values: list[int]) -> None:
    np.testing.assert_allclose(spearman(SIZES, np.array([values])), [spearmanr(SIZES, values).statistic], atol=1e-12)


@pytest.mark.filterwarnings("error")
def test_equal_values_have_no_order() -> None:
    assert np.isnan(spearman(SIZES, np.full((2, 5), 3.0))).all()
    found = trend(SIZES, np.full((5, 2), 3.0), np.full((10, 5, 2), 3.0), "x")
    assert found.rho is None and found.low is None and found.high is None


def by_hand(observed: np.ndarray, sign: int) -> float:
    """The share of all orders within seeds whose L is at least the observed one."""
    weights, places = np.arange(1, 4), list(permutations((1, 2, 3)))
    ranked = np.argsort(np.argsort(sign * observed, axis=0), axis=0).T + 1
    seen = sum(int(weights @ row) for row in ranked)
    every = [sum(int(weights @ np.array(row)) for row in rows) for rows in product(places, repeat=len(ranked))]
    return sum(one >= seen for one in every) / len(every)


@given(st.lists(st.permutations([1.0, 2.0, 3.0]), min_size=2, max_size=3))
def test_pages_p_is_the_share_of_orders(columns: list[list[float]]) -> None:
    observed = np.array(columns).T
    np.testing.assert_allclose(page((10, 20, 30), observed), (by_hand(observed, 1), by_hand(observed, -1)), atol=1e-9)


def test_pages_p_does_not_ask_in_which_order_sizes_stand() -> None:
    observed = np.array([[3.0, 3.5], [1.0, 1.2], [2.0, 2.1]])
    assert page((30, 10, 20), observed) == page((10, 20, 30), observed[[1, 2, 0]])
    assert page((30, 10, 20), observed)[0] == pytest.approx(1 / 36)


def drawn(
    slope: float, seed: int, seeds: int = 3, units: int = 400, spread: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Degradation by size and seed: `slope` points for each doubling, noise of trainings, and of examples."""
    generator = np.random.default_rng(seed)
    truth = slope * np.log2(np.array(SIZES) / SIZES[0])[:, None] + spread * generator.normal(size=(5, seeds))
    flips = generator.normal(truth, 30.0, size=(units, 5, seeds))
    places = generator.integers(0, units, size=(300, units))
    return flips.mean(axis=0), np.stack([flips[one].mean(axis=0) for one in places])


@pytest.mark.parametrize("slope", [4.0, -4.0])
def test_a_planted_trend_is_found(slope: float) -> None:
    found = trend(SIZES, *drawn(slope, 1), "planted")
    assert found.rho is not None and found.low is not None and found.high is not None
    assert found.rho * slope > 0 and (found.low > 0 if slope > 0 else found.high < 0)
    rising, falling = found.rising, found.falling
    assert rising is not None and falling is not None
    assert (rising if slope > 0 else falling) < 0.01 and (falling if slope > 0 else rising) > 0.5


def test_no_trend_is_seldom_found() -> None:
    """Where there is none the interval holds 0 nearly always, and Page's p is as small as it says."""
    every = [trend(SIZES, *drawn(0.0, seed, units=100), f"null {seed}") for seed in range(100)]
    wrong = sum(one.low is not None and one.high is not None and not one.low <= 0 <= one.high for one in every)
    small = sum(one.rising is not None and one.rising < 0.05 for one in every)
    assert wrong <= 20 and small <= 12


def test_the_same_name_gives_the_same_interval() -> None:
    given = drawn(1.0, 3)
    assert trend(SIZES, *given, "a") == trend(SIZES, *given, "a")


def test_what_does_not_fit_is_refused() -> None:
    observed, resampled = drawn(0.0, 0)
    with pytest.raises(ValueError, match="found 4 sizes"):
        trend(SIZES[:4], observed, resampled, "x")
    with pytest.raises(ValueError, match="found 5 sizes"):
        trend((1, 1, 2, 3, 4), observed, resampled, "x")


def test_one_seed_has_no_test_over_seeds() -> None:
    found = trend(SIZES, *drawn(4.0, 1, seeds=1), "one")
    assert found.low is not None and found.rising is None and found.falling is None
