"""What a resampled test set of sentences or sentence pairs is scored from: each one's contribution to the metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from xstilts.families.classification.scoring.score import POSITIVE
from xstilts.families.pairing import pair
from xstilts.families.ratios import percent
from xstilts.records.prepared import Prepared, Row

UNIT = "example, the same in all languages"


def names(task: Prepared, gold: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """The unit of each gold row by language. XNLI and PAWS-X are translations: an id means the same everywhere."""
    return {language: [row["id"] for row in rows] for language, rows in gold.items()}


def counts(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> np.ndarray:
    """By gold row: right, 1, and for F1 of QQP's class 1: right and of that class, how often either side says it."""
    found = [
        (row["label"] == answer["prediction"], 1, row["label"] == answer["prediction"] == POSITIVE,
         (row["label"] == POSITIVE) + (answer["prediction"] == POSITIVE))
        for row, answer in pair(gold, predicted)
    ]  # fmt: skip
    return np.array(found, dtype=np.int16)


def right(task: Prepared, counts: np.ndarray) -> np.ndarray:
    """Which examples are right, from `counts`."""
    return np.asarray(counts[:, 0] > 0)


def main(task: Prepared, sums: np.ndarray) -> np.ndarray:
    """The main figure (0-100) of summed counts, which stand on the last axis."""
    accuracy = percent(sums[..., 0], sums[..., 1])
    if task.metric != "accuracy_and_f1":
        return accuracy
    both: np.ndarray = (accuracy + percent(2 * sums[..., 2], sums[..., 3])) / 2
    return both
