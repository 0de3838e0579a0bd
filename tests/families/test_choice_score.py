"""Multiple choice. Expected values: shared metrics handbook section 1 (by hand there)."""

from __future__ import annotations

import pytest

from stages.common.errors import InputError
from stages.families.choice import score as choice
from tests.tasks_made_up import made_up

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
