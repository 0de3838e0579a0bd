"""What a resampled test set of sentences to find is scored from: each sentence's pairs (BUCC) or answer (Tatoeba).

BUCC's threshold is the one tuned on dev with all of dev: what its choice adds to the uncertainty is not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from xstilts.errors import InputError
from xstilts.families.ratios import percent
from xstilts.families.retrieval.scoring.score import Pair, Side, extract, mined_pairs, nearest, threshold
from xstilts.records.prepared import Prepared, Row

UNIT = "sentence to find a translation for; mined pairs at the threshold tuned on dev, which is not resampled"


def names(task: Prepared, gold: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """The unit of each query by language: every language has sentences of its own."""
    return {language: [f"{language}/{row['id']}" for row in _queries(task, rows)] for language, rows in gold.items()}


def counts(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: Side | None = None
) -> np.ndarray:
    """By query: pairs that are right, found, wanted; where nothing is tuned right, 1."""
    queries = _queries(task, gold)
    if not task.tunes_on:
        pairs = nearest(gold, predicted)
        return np.array([(answer["prediction"] in row["gold"], 1) for row, answer in pairs], dtype=np.int16)
    if tuning is None:
        raise InputError(f"found no predictions for '{task.tunes_on}', expected them to choose the threshold")
    cut = threshold(mined_pairs(*tuning), _wanted(_queries(task, tuning[0])))
    wanted, found = _wanted(queries), extract(mined_pairs(gold, predicted), cut)
    sides = [Counter(source for source, _ in side) for side in (wanted & found, found, wanted)]
    return np.array([[side[row["id"]] for side in sides] for row in queries], dtype=np.int16)


def _queries(task: Prepared, rows: Sequence[Row]) -> list[Row]:
    """BUCC asks from the other language, Tatoeba from English."""
    side = "source" if task.tunes_on else "english"
    return [row for row in rows if row["side"] == side]


def _wanted(queries: Sequence[Row]) -> set[Pair]:
    return {(row["id"], english) for row in queries for english in row["gold"]}


def right(task: Prepared, counts: np.ndarray) -> np.ndarray:
    """Which sentences are right, from `counts`: of BUCC those with all their pairs and no others."""
    if not task.tunes_on:
        return np.asarray(counts[:, 0] > 0)
    return np.asarray((counts[:, 0] == counts[:, 1]) & (counts[:, 0] == counts[:, 2]))


def main(task: Prepared, sums: np.ndarray) -> np.ndarray:
    """The main figure (0-100) of summed counts, which stand on the last axis."""
    if not task.tunes_on:
        return percent(sums[..., 0], sums[..., 1])
    return percent(2 * sums[..., 0], sums[..., 1] + sums[..., 2])
