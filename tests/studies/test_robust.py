"""Effective robustness: models on the line have none, a planted gain is found, whatever the clean score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.studies.robust import fit, logit

CLEAN = np.array([40.0, 50.0, 60.0, 70.0, 80.0])


def noised(clean: np.ndarray, intercept: float, slope: float) -> np.ndarray:
    return np.asarray(100 / (1 + np.exp(-(intercept + slope * logit(clean)))))


@given(st.floats(-1.0, 0.5), st.floats(0.5, 1.2))
def test_a_line_that_is_there_is_found(intercept: float, slope: float) -> None:
    line = fit(list(CLEAN), list(noised(CLEAN, intercept, slope)))
    assert line is not None and line.models == 5
    np.testing.assert_allclose((line.intercept, line.slope), (intercept, slope), atol=1e-6)
    np.testing.assert_allclose(line.above(CLEAN, noised(CLEAN, intercept, slope)), 0.0, atol=1e-6)


def test_a_better_model_that_loses_more_is_as_robust() -> None:
    """Its drop is larger, but it stands where models with such clean scores stand."""
    line = fit(list(CLEAN), list(noised(CLEAN, -0.4, 0.7)))
    assert line is not None
    weak, good = np.array([45.0]), np.array([85.0])
    drops = [float((one - noised(one, -0.4, 0.7))[0]) for one in (weak, good)]
    assert drops[1] > drops[0] + 3
    for one in (weak, good):
        np.testing.assert_allclose(line.above(one, noised(one, -0.4, 0.7) + 5), 5.0, atol=1e-6)


def test_scores_at_the_ends_are_finite() -> None:
    line = fit([0.0, 50.0, 100.0], [0.0, 40.0, 100.0])
    assert line is not None and np.isfinite(line.expected(np.array([0.0, 100.0]))).all()


@pytest.mark.parametrize("clean", [[50.0, 51.0, 54.9], [40.0, 60.0]])
def test_too_little_to_fit_a_line(clean: list[float]) -> None:
    assert fit(clean, clean) is None
