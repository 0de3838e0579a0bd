"""Shares of sums, as the statistics of resampled test sets need them."""

from __future__ import annotations

import numpy as np


def percent(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """100 x part / whole, element by element; 0 where there is nothing to take a part of."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    shares: np.ndarray = 100 * np.divide(part, whole, out=np.zeros_like(whole), where=whole != 0)
    return shares
