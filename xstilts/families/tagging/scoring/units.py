"""What a resampled test set of tagged sentences is scored from: each one's right, found and wanted chunks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

import numpy as np

from xstilts.families.pairing import pair
from xstilts.families.ratios import percent
from xstilts.families.tagging.scoring.score import chunks
from xstilts.records.prepared import Prepared, Row

UNIT = "sentence"


def names(task: Prepared, gold: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """The unit of each gold row by language: every language has sentences of its own.

    UD's PUD treebanks are translations of one another; drawn apart, they count as more than they are."""
    return {language: [f"{language}/{place}" for place in range(len(rows))] for language, rows in gold.items()}


def counts(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> np.ndarray:
    """By sentence: chunks that are right, found, wanted (their sums give the exact F1); CCG: right words, words."""
    count = _words if task.metric == "ccg_accuracy" else _chunks
    return np.array([count(row["tags"], answer["prediction"]) for row, answer in pair(gold, predicted)], dtype=np.int16)


def _chunks(tags: Sequence[str], prediction: Sequence[str]) -> tuple[int, int, int]:
    """An O before the sentence, as the official program reads the file as one row with an O after every sentence."""
    wanted, found = set(chunks(["O", *tags])), set(chunks(["O", *prediction]))
    return len(wanted & found), len(found), len(wanted)


def _words(tags: Sequence[str | None], prediction: Sequence[str | None]) -> tuple[int, int]:
    """official: words that were cut off are not counted."""
    pairs = [(tag, answer) for tag, answer in zip_longest(tags, prediction[: len(tags)]) if tag is not None]
    kept = [tag == answer for tag, answer in pairs if answer is not None]
    return sum(kept), len(kept)


def right(task: Prepared, counts: np.ndarray) -> np.ndarray:
    """Which sentences have all chunks (of CCG, words) right and no others, from `counts`."""
    whole = counts[:, 0] == counts[:, 1]
    return np.asarray(whole if task.metric == "ccg_accuracy" else whole & (counts[:, 0] == counts[:, 2]))


def main(task: Prepared, sums: np.ndarray) -> np.ndarray:
    """The main figure (0-100) of summed counts, which stand on the last axis."""
    if task.metric == "ccg_accuracy":
        return percent(sums[..., 0], sums[..., 1])
    return percent(2 * sums[..., 0], sums[..., 1] + sums[..., 2])
