"""Rows of each family: which texts are translated, and how the row is put together again."""

from __future__ import annotations

from typing import Any

import pytest

from xstilts.errors import InputError
from xstilts.records.prepared import SCHEMAS
from xstilts.translation.fields import FAMILIES, check_family, needed, render

GERMAN = {
    "Leo slept.": "Leo schlief.",
    "Tom did not.": "Tom nicht.",
    "Who slept?": "Wer schlief?",
    "Leo": "Leo",
    '"Leo" slept.': '"Leo" schlief.',
    "Leo slept": "Leo schlief",
    '"Leo slept". Tom did not.': '"Leo schlief". Tom nicht.',
    "eats rice.": "isst Reis.",
    "Wash it.": "Wasch ihn.",
    'The "Ball" rolled.': "Der Ball rollte.",
    "Ball": "Kugel",
    "rice": "Reis",
}


def question(context: str, *answers: tuple[int, str]) -> dict[str, Any]:
    return {
        "id": "q", "context": context, "question": "Who slept?", "starts": [start for start, _ in answers],
        "answers": [answer for _, answer in answers],
    }  # fmt: skip


def one(
    row: dict[str, Any], family: str, german: dict[str, str] = GERMAN
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    rows, counts = render([row], family, german.__getitem__)
    return rows, dict(counts)


def test_pairs() -> None:
    row = {"id": "1", "text_a": "Leo slept. Tom did not.", "text_b": "", "label": "neutral"}
    assert one(row, "classification")[0] == [{**row, "text_a": "Leo schlief. Tom nicht."}]


def test_choices_keep_their_leading_blank_and_marks() -> None:
    row = {"id": "1", "prompt": "Leo slept.", "choices": [" eats rice.", "[step] Wash it."], "label": 1}
    expected = {**row, "prompt": "Leo schlief.", "choices": [" isst Reis.", "[step] Wasch ihn."]}
    assert one(row, "choice")[0] == [expected]


def test_an_answer_is_found_again_in_its_own_sentence() -> None:
    rows, counts = one(question("Tom did not. Leo slept.", (13, "Leo")), "span")
    assert rows == [{
        "id": "q", "context": "Tom nicht. Leo schlief.", "question": "Wer schlief?", "starts": [11], "answers": ["Leo"],
    }]  # fmt: skip
    assert counts == {"answers_marked": 1}


def test_an_answer_over_two_sentences() -> None:
    context = "Leo slept. Tom did not."
    german = {**GERMAN, '"Leo slept. Tom" did not.': '"Leo schlief. Tom" nicht.', "Leo slept. Tom": "Leo schlief. Tom"}
    rows, _ = one(question(context, (0, "Leo slept. Tom")), "span", german)
    assert (rows[0]["starts"], rows[0]["answers"]) == ([0], ["Leo schlief. Tom"])


def test_a_lost_answer_drops_its_question_and_is_counted() -> None:
    row = question("The Ball rolled.", (4, "Ball"))
    rows, counts = one(row, "span", {**GERMAN, "The Ball rolled.": "Er rollte weg."})
    assert rows == [] and counts == {"answers_lost": 1, "dropped_answer_not_found": 1}


def test_one_lost_answer_of_two() -> None:
    german = {**GERMAN, "The Ball rolled.": "Er rollte weg."}
    rows, counts = one(question("The Ball rolled. Leo slept.", (4, "Ball"), (17, "Leo")), "span", german)
    assert (rows[0]["starts"], rows[0]["answers"]) == ([15], ["Leo"])
    assert counts == {"answers_lost": 1, "answers_marked": 1}


def test_an_impossible_question_stays() -> None:
    rows, counts = one(question("Leo slept."), "span")
    assert (rows[0]["starts"], rows[0]["answers"], counts) == ([], [], {})
    assert rows[0]["context"] == "Leo schlief."


def test_no_marks_where_there_are_quotation_marks_already() -> None:
    row = question('"Leo slept". Tom did not.', (1, "Leo"))
    assert all(text.count('"') in (0, 2) for text in needed([row], "span"))


def test_everything_needed_is_asked_for_once() -> None:
    rows = [
        {"id": "1", "text_a": "Leo slept. Tom did not.", "text_b": "Leo slept.", "label": "neutral"},
        {"id": "2", "text_a": "Tom did not.", "text_b": "Leo slept.", "label": "neutral"},
    ]
    assert needed(rows, "classification") == ["Leo slept.", "Tom did not."]
    assert needed([question("Leo slept.", (0, "Leo"))], "span") == ["Leo slept.", '"Leo" slept.', "Leo", "Who slept?"]


@pytest.mark.parametrize("family", sorted(set(SCHEMAS) - set(FAMILIES)))
def test_families_that_are_refused(family: str) -> None:
    with pytest.raises(InputError, match=f"task 't' is of the family {family}: .+; expected one of: classification"):
        check_family("t", family)
