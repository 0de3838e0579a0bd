"""What chooses the checkpoint: how often a query of the English development set finds its own candidate first.

Apart from score.py and the search of predict.py, so that mending those retrains nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xstilts.encoders.batches import Example

CHUNK = 1024  # queries a block of similarities


def measure(examples: Sequence[Example], outputs: Sequence[np.ndarray], labels: Sequence[str]) -> float:
    """Percentage of queries whose own candidate has the highest dot product among all different candidates."""
    number = _numbers(examples)
    firsts = np.unique(number, return_index=True)[1]
    candidates = np.stack([outputs[i][1] for i in firsts])
    right = 0
    for start in range(0, len(outputs), CHUNK):
        queries = np.stack([output[0] for output in outputs[start : start + CHUNK]])
        right += int((np.argmax(queries @ candidates.T, axis=1) == number[start : start + CHUNK]).sum())
    return 100 * right / len(examples)


def chance(examples: Sequence[Example], labels: Sequence[str]) -> float:
    """What taking any candidate gives."""
    return 100 / len(set(_numbers(examples).tolist()))


def _numbers(examples: Sequence[Example]) -> np.ndarray:
    """A number for each different candidate, counted in order of first appearance."""
    numbers: dict[tuple[int, ...], int] = {}
    return np.array([numbers.setdefault(tuple(example.ids[1]), len(numbers)) for example in examples])
