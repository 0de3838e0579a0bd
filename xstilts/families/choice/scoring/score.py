"""Accuracy of multiple choice: the choice with the highest score against the right one.

Exams (`choice_accuracy`) may have another number of options in each row. Then chance is the mean of 1 / options, and
accuracy above it is comparable between sets."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from xstilts.errors import InputError
from xstilts.families.pairing import pair
from xstilts.records.prepared import Prepared, Row

VERSION = "1"  # part of every cell's signature: raise it when a number can change
MAIN = "accuracy"
EXAM = "choice_accuracy"


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> dict[str, float]:
    """Scores of one language, 0-100. `prediction` is the index of a choice, or the list of the choices' scores."""
    pairs = pair(gold, predicted)
    right = sum(chosen(row, answer["prediction"]) == row["label"] for row, answer in pairs)
    accuracy = 100 * right / len(pairs)
    return {"accuracy": accuracy, **({"above_chance": accuracy - guessing(gold)} if task.metric == EXAM else {})}


def chosen(row: Row, prediction: int | Sequence[float]) -> int:
    """Index of the choice. What is none is refused (official: it just counts as wrong)."""
    count = len(row["choices"])
    if isinstance(prediction, int):
        if not 0 <= prediction < count:
            raise InputError(f"'{row['id']}': found the choice {prediction}, expected 0 to {count - 1}")
        return prediction
    if isinstance(prediction, str):
        raise InputError(f"'{row['id']}': found '{prediction}', expected the index of a choice, or a score for each")
    if len(prediction) != count:
        raise InputError(f"'{row['id']}': found {len(prediction)} scores, expected {count}")
    if any(math.isnan(score) for score in prediction):
        raise InputError(f"'{row['id']}': found a score that is not a number")
    return argmax(prediction)


def argmax(scores: Sequence[float]) -> int:
    """Index of the highest score; the lowest index wins a tie."""
    return max(range(len(scores)), key=lambda index: (scores[index], -index))


def main(scores: dict[str, float]) -> float:
    """The figure that stands for the language."""
    return scores[MAIN]


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """What always answering the most frequent position gets; of exams, what guessing gets."""
    if task.metric == EXAM:
        return guessing(gold)
    return 100 * max(Counter(row["label"] for row in gold).values()) / len(gold)


def guessing(gold: Sequence[Row]) -> float:
    """What drawing one of the options gets, 0-100: the mean of 1 / options over the rows."""
    return 100 * sum(1 / len(row["choices"]) for row in gold) / len(gold)


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold."""
    return {"metric": task.metric, "variant": "official", "scorer": f"choice {VERSION}"}
