"""What a resampled test set of multiple-choice questions is scored from: each one's contribution to the accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from xstilts.families.choice.scoring.score import score
from xstilts.families.pairing import pair
from xstilts.families.ratios import percent
from xstilts.records.prepared import Prepared, Row

UNIT = "question, the same in all languages"


def names(task: Prepared, gold: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """The unit of each gold row by language. XCOPA is a translation of COPA: an id means the same everywhere.

    Of Pitfalls several rows come from one English question, which stands in front of the last `-` of an id."""
    if task.name == "pitfalls":
        return {language: [row["id"].rpartition("-")[0] for row in rows] for language, rows in gold.items()}
    return {language: [row["id"] for row in rows] for language, rows in gold.items()}


def counts(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> np.ndarray:
    """By gold row: right, 1."""
    pairs = pair(gold, predicted)
    right = [score(task, language, [row], [answer])["accuracy"] > 0 for row, answer in pairs]
    return np.array([(one, 1) for one in right], dtype=np.int16)


def right(task: Prepared, counts: np.ndarray) -> np.ndarray:
    """Which questions are right, from `counts`."""
    return np.asarray(counts[:, 0] > 0)


def main(task: Prepared, sums: np.ndarray) -> np.ndarray:
    """The main figure (0-100) of summed counts, which stand on the last axis."""
    return percent(sums[..., 0], sums[..., 1])
