"""How often intervals hold the truth and tests find what is not there, in simulated grids whose true gain is 0."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts.statistics.inference import difference

GRIDS, DRAWS = 2500, 60
FIRST_STEP = 0.05 / 9  # of Holm over nine targets
Parts = tuple[float, float, float]  # sd over seeds, over examples in common, over examples in each seed by itself


def simulated(parts: Parts, seeds: int) -> tuple[float, float, float]:
    """(coverage of `difference`, share of its p below Holm's first step, coverage of plain percentiles)."""
    random = np.random.default_rng(7)
    held = found = plain = 0
    between, common, own = parts
    for _ in range(GRIDS):
        observed = between * random.normal(size=seeds) + common * random.normal() + own * random.normal(size=seeds)
        drawn = observed + common * random.normal(size=(DRAWS, 1)) + own * random.normal(size=(DRAWS, seeds))
        one = difference(observed, drawn)
        held += one.p >= 0.05
        assert (one.p >= 0.05) == ((one.low or 0.0) <= 0 <= (one.high or 0.0)), "p and interval say the same"
        found += one.p < FIRST_STEP
        picked = random.integers(0, seeds, size=(DRAWS, seeds))
        low, high = np.percentile(np.take_along_axis(drawn, picked, axis=1).mean(axis=1), [2.5, 97.5])
        plain += low <= 0 <= high
    return held / GRIDS, found / GRIDS, plain / GRIDS


@pytest.mark.parametrize("seeds", [2, 3, 5])
@pytest.mark.parametrize("parts", [(1, 0, 0), (1, 0.2, 0), (0.5, 0.5, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0.5)])
def test_intervals_hold_the_truth(parts: Parts, seeds: int) -> None:
    held, found, plain = simulated(parts, seeds)
    assert 0.935 <= held <= 0.995
    assert found <= 0.011, "twice the nominal share; Satterthwaite's degrees of freedom: 5 times, with two seeds 12"
    if parts == (1, 0, 0) and seeds == 3:  # why the percentiles of the same draws are not what is reported
        assert plain < 0.80
