"""What a resampled test set of queries is scored from: each query's average precision or reciprocal rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from xstilts.families.dual.scoring.score import reciprocal_ranks
from xstilts.families.pairing import pair
from xstilts.families.ratios import percent
from xstilts.families.retrieval.scoring.ranking import average_precision
from xstilts.records.prepared import Prepared, Row

UNIT = "query, the same in all languages where its id is"


def names(task: Prepared, gold: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """The unit of each query by language. LAReQA's questions are translations: an id means the same everywhere."""
    return {language: [row["id"] for row in rows] for language, rows in gold.items()}


def counts(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> np.ndarray:
    """By query: average precision (official: the last candidate wins a tie) or reciprocal rank, 1."""
    if task.metric == "map":
        found = [average_precision(row["gold"], one["ranking_last_first"]) for row, one in pair(gold, predicted)]
    else:
        found = reciprocal_ranks(gold, predicted)
    return np.array([(value, 1.0) for value in found], dtype=np.float64)


def right(task: Prepared, counts: np.ndarray) -> np.ndarray:
    """Which queries have all that they look for in front, from `counts`."""
    return np.asarray(counts[:, 0] >= 1)


def main(task: Prepared, sums: np.ndarray) -> np.ndarray:
    """The main figure (0-100) of summed counts, which stand on the last axis."""
    return percent(sums[..., 0], sums[..., 1])
