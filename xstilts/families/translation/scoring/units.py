"""What a resampled test set of translations is scored from: each sentence's counts of chrF2++ and BLEU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from xstilts.families.pairing import pair
from xstilts.families.translation.scoring.language import Sides
from xstilts.families.translation.scoring.statistics import BLEU, CHRF, bleu_counts, chrf, chrf_counts
from xstilts.records.prepared import Prepared, Row

UNIT = "sentence, the same in all directions where its id is"
MAIN = slice(0, CHRF)
"""The counts of chrF2++."""
BEFORE = slice(CHRF + BLEU, 2 * CHRF + BLEU)
"""Those of the consistency: against the translation of the clean source; 0 where there is none."""
OFF, COPIED, ROWS = 2 * CHRF + BLEU, 2 * CHRF + BLEU + 1, 2 * CHRF + BLEU + 2
"""The columns of what is off target, of copies, and of sentences."""


def names(task: Prepared, gold: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """The unit of each pair by direction: both directions of a pair are one, and so are translations of one line."""
    return {language: [row["id"] for row in rows] for language, rows in gold.items()}


def counts(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> np.ndarray:
    """By pair: counts of chrF2++, of BLEU, and of the consistency; whether it is off target, and a copy; 1."""
    pairs = pair(gold, predicted)
    texts, references = [answer["prediction"] for _, answer in pairs], [row["target"] for row, _ in pairs]
    sides = Sides([row["source"] for row, _ in pairs], references)
    clean = [answer["clean"] for _, answer in pairs]
    again = [text if before is not None else "" for text, before in zip(texts, clean, strict=True)]
    more = [(sides.is_source(text.strip()), text.strip() == row["source"].strip(), 1)
            for text, (row, _) in zip(texts, pairs, strict=True)]  # fmt: skip
    return np.concatenate(
        [
            chrf_counts(texts, references), bleu_counts(texts, references),
            chrf_counts(again, [before or "" for before in clean]), np.array(more, dtype=np.int32).reshape(-1, 3),
        ],
        axis=1,
    )  # fmt: skip


def right(task: Prepared, counts: np.ndarray) -> np.ndarray:
    """Which translations have exactly the n-grams of the reference, from `counts`: of short sentences alone."""
    orders = counts[:, MAIN].reshape(len(counts), -1, 3)
    return np.asarray(((orders[..., 0] == orders[..., 2]) & (orders[..., 1] == orders[..., 2])).all(axis=1))


def main(task: Prepared, sums: np.ndarray) -> np.ndarray:
    """The main figure (0-100) of summed counts, which stand on the last axis."""
    return chrf(sums[..., MAIN])
