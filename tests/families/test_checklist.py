"""Failure rates of MultiCheckList."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tasks.samples.spans import CASES
from tests.tasks_made_up import made_up
from xstilts.families.span.scoring.checklist import normalise
from xstilts.families.span.scoring.score import chance, main, score, signature

TASK = made_up("span", "failure_rate", "multichecklist")


@pytest.mark.parametrize(
    ("language", "prediction", "label", "same"),
    [  # `expect_squad` of xtreme multichecklist/generate_test_utils.py @838c13b, run apart
        ("en", "the cat.", "cat", True), ("en", "Cat", "cat", False), ("en", "The cat", "cat", False),
        ("en", "at an airport", "airport", True), ("de", "einen Hund,", "Hund", True), ("de", "einer", "er", False),
        ("bg", "куче. ", "куче", True), ("bg", "ку че", "куче", False), ("hi", "एक कुत्ता৷", "कुत्ता", True),
        ("pl", "„pies”", "pies", True), ("en", "„pies”", "pies", False), ("ur", "کتا\u200f", "کتا", True),
        ("ar", "القط", "قط", True), ("zh", "猫。", "猫", False), ("", "", ".", True),
    ],
)  # fmt: skip
def test_answers_that_count_as_the_same(language: str, prediction: str, label: str, same: bool) -> None:
    assert (normalise(prediction, language) == normalise(label, language)) is same


def answers(*texts: str) -> list[dict[str, Any]]:
    return [{"id": row["id"], "prediction": text} for row, text in zip(CASES, texts, strict=True)]


def test_a_case_fails_with_one_of_its_examples() -> None:
    """Two cases of pets and vehicles, the first with two questions; one of sizes."""
    found = score(TASK, "de", CASES, answers("eine Katze", "Katze", "Hund", "rot"))
    assert found == {"failure": 25.0, "failure_animal_vehicle": 50.0, "failure_props": 0.0}
    assert main(found) == 75.0
    best = score(TASK, "de", CASES, answers("Katze", "ein Auto.", "Hund", "rot"))
    assert best["failure"] == 0.0 and main(best) == 100.0
    worst = score(TASK, "de", CASES, answers("", "", "", ""))
    assert main(worst) == chance(TASK, CASES) == 0.0
    assert signature(TASK)["variant"] == "official (MultiCheckList)"
