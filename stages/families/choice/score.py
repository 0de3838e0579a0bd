"""Accuracy of multiple choice: the choice with the highest score against the right one."""

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
    """Scores of one language, 0-100. `prediction` is the index of a choice, or the list of the choices' scores."""
    right = 0
    for row, answer in pair(gold, predicted):
        value = answer["prediction"]
        if not isinstance(value, int) and len(value) != len(row["choices"]):
            raise InputError(f"'{row['id']}': found {len(value)} scores, expected {len(row['choices'])}")
        right += (value if isinstance(value, int) else argmax(value)) == row["label"]
    return {"accuracy": 100 * right / len(gold)}


def argmax(scores: Sequence[float]) -> int:
    """Index of the highest score; the lowest index wins a tie."""
    return max(range(len(scores)), key=lambda index: (scores[index], -index))


def main(scores: dict[str, float]) -> float:
    """The figure that stands for the language."""
    return scores[MAIN]


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """What always answering the most frequent position gets."""
    return 100 * max(Counter(row["label"] for row in gold).values()) / len(gold)


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold."""
    return {"metric": task.metric, "variant": "official", "scorer": f"choice {VERSION}"}
