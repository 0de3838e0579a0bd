"""Accuracy. Expected values: shared metrics handbook section 1, produced there by xtreme `evaluate.py` @838c13b."""

from __future__ import annotations

import pytest

from tests.tasks_made_up import made_up
from xstilts.errors import InputError
from xstilts.families.classification.scoring import score as classification

TASK = made_up("classification", "accuracy", labels=("contradiction", "entailment", "neutral"))


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        (["entailment", "neutral", "contradiction"], ["entailment", "neutral", "neutral"], 66.6667),
        (["entailment"], ["1"], 0),
        (["5", "7"], ["[5]", "7"], 50),
        ([1, 0], ["1", 0], 50),
    ],
)
def test_accuracy_is_equality_of_values(gold: list[object], predicted: list[object], expected: float) -> None:
    assert classification.accuracy(gold, predicted) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("gold", "predicted"), [(["a", "b"], ["a"]), ([], [])])
def test_accuracy_refuses_unequal_and_empty(gold: list[object], predicted: list[object]) -> None:
    with pytest.raises(InputError):
        classification.accuracy(gold, predicted)


def test_score_pairs_by_id() -> None:
    gold = [{"id": "1", "label": "neutral"}, {"id": "2", "label": "entailment"}]
    predicted = [{"id": "2", "prediction": "entailment"}, {"id": "1", "prediction": "entailment"}]
    assert classification.score(TASK, "sw", gold, predicted) == {"accuracy": 50}
    assert classification.chance(TASK, [*gold, {"id": "3", "label": "neutral"}]) == pytest.approx(66.6667, abs=1e-4)


def test_score_refuses_a_gold_label_outside_the_set() -> None:
    """Where the test labels were lost, reading them as "neutral" gives 33 % (xtreme#24): refuse instead."""
    with pytest.raises(InputError, match="gold label ''"):
        classification.score(TASK, "sw", [{"id": "1", "label": ""}], [{"id": "1", "prediction": "neutral"}])
    for wrong in ("Neutral", 0, None):
        with pytest.raises(InputError, match=f"found prediction '{wrong}', expected one of "):
            classification.score(TASK, "sw", [{"id": "1", "label": "neutral"}], [{"id": "1", "prediction": wrong}])


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (["1"], "found 1 predictions, expected 2 .1 missing, such as '2'"),
        (["1", "3"], "1 missing, such as '2'; 1 unknown, such as '3'"),
        (["1", "1"], "1 missing, such as '2'; 1 repeated, such as '1'"),
    ],
)
def test_score_refuses_other_ids(ids: list[str], message: str) -> None:
    gold = [{"id": "1", "label": "neutral"}, {"id": "2", "label": "neutral"}]
    with pytest.raises(InputError, match=message):
        classification.score(TASK, "sw", gold, [{"id": one, "prediction": "neutral"} for one in ids])


def test_qqp_is_the_mean_of_accuracy_and_f1() -> None:
    """Metrics handbook 1 (fractions there)."""
    task = made_up("classification", "accuracy_and_f1", labels=("0", "1"))
    gold = [{"id": str(n), "label": label} for n, label in enumerate("1100")]
    scores = classification.score(task, "en", gold, [{"id": str(n), "prediction": p} for n, p in enumerate("1000")])
    assert scores == pytest.approx({"accuracy": 75, "f1": 66.6667, "accuracy_and_f1": 70.8333}, abs=1e-4)
    assert classification.main(scores) == scores["accuracy_and_f1"]
    # Always 1, the first of equally frequent labels: half of them right, P 1/2, R 1.
    assert classification.chance(task, gold) == pytest.approx((50 + 66.6667) / 2, abs=1e-4)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(InputError, match="made-up: unknown metric 'f1', expected one of accuracy, accuracy_and_f1"):
        classification.score(made_up("classification", "f1"), "en", [], [])
