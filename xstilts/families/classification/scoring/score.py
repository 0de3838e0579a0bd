"""Accuracy of sentence and sentence-pair classification (QQP: F1 beside it): pure functions of predictions and gold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from xstilts.errors import InputError
from xstilts.families.pairing import pair
from xstilts.records.prepared import Prepared, Row

VERSION = "1"  # part of every cell's signature: raise it when a number can change
POSITIVE = "1"  # the label of QQP that says "the same question"


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> dict[str, float]:
    """Scores of one language, 0-100. A label that is not one of the task's is refused (see xtreme#24)."""
    if task.metric not in METRICS:
        raise InputError(f"{task.name}: unknown metric '{task.metric}', expected one of {', '.join(METRICS)}")
    pairs = pair(gold, predicted)
    for name, labels in (
        ("gold label", {r["label"] for r in gold}),
        ("prediction", {r["prediction"] for r in predicted}),
    ):
        if task.labels and (unknown := sorted(map(str, labels - {*task.labels}))):
            raise InputError(f"found {name} '{unknown[0]}', expected one of {', '.join(task.labels)}")
    return METRICS[task.metric]([row["label"] for row, _ in pairs], [row["prediction"] for _, row in pairs])


def accuracy(gold: Sequence[object], predicted: Sequence[object]) -> float:
    """Share of equal labels x 100 (xtreme `evaluate.py`, `accuracy`). Nothing to score is refused, not 0 / 0."""
    if not gold or len(gold) != len(predicted):
        raise InputError(f"found {len(predicted)} predictions for {len(gold)} gold labels")
    return 100 * sum(one == other for one, other in zip(gold, predicted, strict=True)) / len(gold)


def f1(gold: Sequence[object], predicted: Sequence[object], positive: object = POSITIVE) -> float:
    """F1 x 100 of one class; 0 where it is right nowhere, as in scikit-learn."""
    right = sum(one == other == positive for one, other in zip(gold, predicted, strict=True))
    marked = sum(label == positive for label in (*gold, *predicted))
    return 200 * right / marked if right else 0.0


def qqp(gold: Sequence[object], predicted: Sequence[object]) -> dict[str, float]:
    """QQP: accuracy, F1 of class 1 and the mean of both (jiant `AccAndF1EvaluationScheme` @daa5a258, there 0-1)."""
    scores = {"accuracy": accuracy(gold, predicted), "f1": f1(gold, predicted)}
    return {**scores, "accuracy_and_f1": (scores["accuracy"] + scores["f1"]) / 2}


METRICS: dict[str, Callable[[Sequence[object], Sequence[object]], dict[str, float]]] = {
    "accuracy": lambda gold, predicted: {"accuracy": accuracy(gold, predicted)},
    "accuracy_and_f1": qqp,
}


def main(scores: dict[str, float]) -> float:
    """The figure that XTREME averages, or that GLUE averages for QQP."""
    return scores["accuracy_and_f1"] if "accuracy_and_f1" in scores else scores["accuracy"]


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """What always answering the most frequent label gets."""
    label, _ = max(Counter(row["label"] for row in gold).items(), key=lambda item: item[1])
    return main(METRICS[task.metric]([row["label"] for row in gold], [label] * len(gold)))


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold."""
    return {"metric": task.metric, "variant": "official", "scorer": f"classification {VERSION}"}
