"""Is a model more robust than its clean score says? What is left of a noised score when the clean one is taken out.

A better model has more to lose. So noised scores are predicted from clean ones by a line over models that had no
intermediate task, on the logit scale (Taori et al. 2020, arXiv 2007.00644); what a model has above that line is its
effective robustness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EDGE = 0.5  # points: a score of 0 or 100 has no logit


@dataclass(frozen=True)
class Line:
    """logit(noised) = intercept + slope * logit(clean), fitted over so many models."""

    intercept: float
    slope: float
    models: int

    def expected(self, clean: np.ndarray) -> np.ndarray:
        """The noised scores (0-100) that models with such clean scores (0-100) have."""
        found: np.ndarray = 100 / (1 + np.exp(-(self.intercept + self.slope * logit(clean))))
        return found

    def above(self, clean: np.ndarray, noised: np.ndarray) -> np.ndarray:
        """Effective robustness: points that the noised score is above the line."""
        found: np.ndarray = noised - self.expected(clean)
        return found


def fit(clean: Sequence[float], noised: Sequence[float]) -> Line | None:
    """The line through the scores (0-100) of models without an intermediate task, by least squares; None where their
    clean scores do not differ by five points: then no slope can be told."""
    x, y = logit(np.asarray(clean, dtype=float)), logit(np.asarray(noised, dtype=float))
    if len(x) < 3 or max(clean) - min(clean) < 5:
        return None
    slope, intercept = np.polyfit(x, y, 1)
    return Line(float(intercept), float(slope), len(x))


def logit(scores: np.ndarray) -> np.ndarray:
    """The logit of scores (0-100); what is nearer to an end than half a point counts as half a point from it."""
    share = np.clip(scores, EDGE, 100 - EDGE) / 100
    odds: np.ndarray = np.log(share / (1 - share))
    return odds
