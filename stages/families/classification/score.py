"""Accuracy of sentence and sentence-pair classification: a pure function of predictions and gold labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from stages.common.errors import InputError
from stages.common.pairing import pair
from stages.common.prepared import Prepared
from stages.common.task import Row

VERSION = "1"  # part of every cell's signature: raise it when a number can change
MAIN = "accuracy"


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> dict[str, float]:
    """Scores of one language, 0-100. A gold label that is not a label of the task is refused (see xtreme#24)."""
    pairs = pair(gold, predicted)
    unknown = sorted({row["label"] for row in gold} - set(task.labels)) if task.labels else []
    if unknown:
        raise InputError(f"found gold label '{unknown[0]}', expected one of {', '.join(task.labels)}")
    return {"accuracy": accuracy([row["label"] for row, _ in pairs], [row["prediction"] for _, row in pairs])}


def accuracy(gold: Sequence[object], predicted: Sequence[object]) -> float:
    """Share of equal labels x 100 (xtreme `evaluate.py`, `accuracy`). Nothing to score is refused, not 0 / 0."""
    if not gold or len(gold) != len(predicted):
        raise InputError(f"found {len(predicted)} predictions for {len(gold)} gold labels")
    return 100 * sum(one == other for one, other in zip(gold, predicted, strict=True)) / len(gold)


def main(scores: dict[str, float]) -> float:
    """The figure that XTREME averages."""
    return scores[MAIN]


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """What always answering the most frequent label gets."""
    return 100 * max(Counter(row["label"] for row in gold).values()) / len(gold)


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold."""
    return {"metric": task.metric, "variant": "official", "scorer": f"classification {VERSION}"}
