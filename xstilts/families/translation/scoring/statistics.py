"""What chrF++ and BLEU are made of: counts by sentence, whose sums give the figures of any set of sentences.

The counts are sacreBLEU's own. From their sums the figures are computed as sacreBLEU 2.6 does it, for many sums at
once: a resampled test set is scored exactly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

WORDS, CHARACTERS, ORDER = 2, 6, 4  # orders of chrF++'s words and characters, and of BLEU
CHRF, BLEU = 3 * (WORDS + CHARACTERS), 2 + 2 * ORDER  # counts of a sentence
BETA = 2
TINY = 1e-16  # what sacreBLEU's BLEU takes the logarithm of in the place of 0


@cache
def chrf_metric() -> Any:
    """sacreBLEU's chrF2++."""
    from sacrebleu.metrics.chrf import CHRF as Metric

    return Metric(word_order=WORDS)


@cache
def bleu_metric() -> Any:
    """sacreBLEU's BLEU with its defaults: mixed case, 13a, exponential smoothing."""
    from sacrebleu.metrics.bleu import BLEU as Metric

    return Metric(force=True)  # says nothing about texts that seem to be tokenised; it changes no figure


def chrf_counts(texts: Sequence[str], references: Sequence[str]) -> np.ndarray:
    """Counts of chrF++, (sentences, 24): for each order those of the text, of the reference, and of both."""
    return _counts(chrf_metric(), texts, references, CHRF)


def bleu_counts(texts: Sequence[str], references: Sequence[str]) -> np.ndarray:
    """Counts of BLEU, (sentences, 10): both lengths, then right n-grams and n-grams of each order."""
    return _counts(bleu_metric(), texts, references, BLEU)


def _counts(metric: Any, texts: Sequence[str], references: Sequence[str], width: int) -> np.ndarray:
    found = metric._extract_corpus_statistics(list(texts), [list(references)]) if texts else []
    return np.array(found, dtype=np.int32).reshape(-1, width)


def chrf(sums: np.ndarray) -> np.ndarray:
    """chrF2++ (0-100) of summed counts, which stand on the last axis."""
    counts = np.asarray(sums, dtype=np.float64).reshape(*sums.shape[:-1], WORDS + CHARACTERS, 3)
    text, reference, both = counts[..., 0], counts[..., 1], counts[..., 2]
    there = (text > 0) & (reference > 0)  # official: an order that one side does not have is left out
    orders = np.maximum(there.sum(axis=-1), 1)
    precision = (np.divide(both, text, out=np.zeros_like(both), where=there)).sum(axis=-1) / orders
    recall = (np.divide(both, reference, out=np.zeros_like(both), where=there)).sum(axis=-1) / orders
    whole = BETA**2 * precision + recall
    found: np.ndarray = np.divide(
        100 * (1 + BETA**2) * precision * recall, whole, out=np.zeros_like(whole), where=whole > 0
    )  # fmt: skip
    return found


def signatures() -> dict[str, str]:
    """sacreBLEU's signatures of both figures."""
    found = {}
    for metric in (chrf_metric(), bleu_metric()):
        score = metric.corpus_score(["a"], [["a"]])  # a signature has the number of references
        found[str(score.name).lower()] = str(metric.get_signature())
    return found
