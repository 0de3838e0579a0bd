"""Multiple choice. Expected values: shared metrics handbook section 1 (by hand there)."""

from __future__ import annotations

import dataclasses

import pytest

from tests.tasks_made_up import made_up
from xstilts.errors import InputError
from xstilts.families.choice.scoring import score as choice
from xstilts.families.choice.scoring import units

TASK = made_up("choice", "accuracy")
SCORES = [[0.1, 0.9, 0.3, 0.9], [0.5, 0.2, 0.1, 0.0]]


@pytest.mark.parametrize(("gold", "expected"), [((1, 0), 100), ((3, 0), 50)])
def test_the_lowest_index_wins_a_tie(gold: tuple[int, int], expected: float) -> None:
    assert [choice.argmax(scores) for scores in SCORES] == [1, 0]
    rows = [{"id": str(n), "choices": list("abcd"), "label": label} for n, label in enumerate(gold)]
    predicted = [{"id": str(n), "prediction": scores} for n, scores in enumerate(SCORES)]
    assert choice.score(TASK, "en", rows, predicted) == {"accuracy": expected}
    assert choice.score(TASK, "en", rows, [{"id": "0", "prediction": 1}, {"id": "1", "prediction": 0}]) == {
        "accuracy": expected
    }


def test_a_missing_score_is_refused() -> None:
    with pytest.raises(InputError, match="'7': found 3 scores, expected 4"):
        choice.score(
            TASK, "en", [{"id": "7", "choices": list("abcd"), "label": 0}], [{"id": "7", "prediction": [1.0, 2.0, 3.0]}]
        )


@pytest.mark.parametrize(
    ("prediction", "message"),
    [
        (4, "'7': found the choice 4, expected 0 to 3"),
        (-1, "'7': found the choice -1, expected 0 to 3"),
        ("1", "'7': found '1', expected the index of a choice, or a score for each"),
        ([0.1, float("nan"), 0.2, 0.3], "'7': found a score that is not a number"),
    ],
)
def test_what_names_no_choice_is_refused(prediction: object, message: str) -> None:
    """Official: just wrong (XCOPA), or the first that is not a number (an argmax)."""
    row = {"id": "7", "choices": list("abcd"), "label": 0}
    with pytest.raises(InputError, match=message):
        choice.score(TASK, "en", [row], [{"id": "7", "prediction": prediction}])


def test_mmlu_over_questions_and_over_subjects() -> None:
    """Metrics handbook 11: one subject 1 of 2 right, another 3 of 8."""
    rows = [{"id": str(n), "choices": list("abcd"), "label": 0} for n in range(10)]
    answers = [{"id": str(n), "prediction": int(n not in (0, 2, 3, 4))} for n in range(10)]
    subjects = [choice.score(TASK, "en", rows[part], answers[part])["accuracy"] for part in (slice(2), slice(2, 10))]
    assert choice.score(TASK, "en", rows, answers)["accuracy"] == 40
    assert sum(subjects) / 2 == 43.75


EXAM = made_up("choice", "choice_accuracy")
"""One question each with 2, 4, 5 and 10 options: guessing gets (1/2 + 1/4 + 1/5 + 1/10) / 4 = 26.25."""
MIXED = [{"id": str(n), "choices": list("abcdefghij")[:size], "label": 1} for n, size in enumerate((2, 4, 5, 10))]


def test_an_exam_is_scored_above_what_guessing_gets_row_by_row() -> None:
    answers = [{"id": str(n), "prediction": int(n < 3)} for n in range(4)]
    assert choice.chance(EXAM, MIXED) == pytest.approx(26.25)
    assert choice.score(EXAM, "en", MIXED, answers) == pytest.approx({"accuracy": 75.0, "above_chance": 48.75})
    assert choice.chance(TASK, MIXED) == 100 and choice.score(TASK, "en", MIXED, answers) == {"accuracy": 75.0}


def test_a_choice_is_of_the_rows_own_options() -> None:
    with pytest.raises(InputError, match="'0': found the choice 2, expected 0 to 1"):
        choice.score(EXAM, "en", MIXED, [{"id": str(n), "prediction": 2} for n in range(4)])


def test_rows_of_one_pitfall_are_drawn_together() -> None:
    rows = [{"id": name} for name in ("ab-1", "ab-2", "cd-1")]
    assert units.names(dataclasses.replace(EXAM, name="pitfalls"), {"de": rows}) == {"de": ["ab", "ab", "cd"]}
    assert units.names(EXAM, {"de": rows}) == {"de": ["ab-1", "ab-2", "cd-1"]}
