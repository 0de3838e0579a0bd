"""Answer texts. Expected values: shared metrics handbook sections 2 and 4, produced there by xtreme
`third_party/evaluate_squad.py` and `third_party/evaluate_mlqa.py` @838c13b."""

from __future__ import annotations

import unicodedata

import pytest

from tests.tasks_made_up import made_up
from xstilts.errors import InputError
from xstilts.families.span.scoring import score as span

NFD = unicodedata.normalize("NFD", "Brücke")
SQUAD_EXAMPLES = [
    (["The Lighthouse"], "lighthouse!", 100, 100),
    (["North Harbour Bridge"], "the bridge", 0, 50),
    (["in 1931", "1931"], "the year 1931", 0, 66.6667),
    (["red red blue"], "red blue blue", 0, 66.6667),
    (["twenty-one"], "twenty one", 0, 0),
    (["a Lisboa"], "Lisboa", 100, 100),
    (["die Brücke"], "Brücke", 0, 66.6667),
    (["灯塔"], "灯塔。", 0, 0),
    (["灯塔"], "高灯塔", 0, 0),
    (["Brücke"], NFD, 0, 0),
    (["the"], "", 100, 0),
    (["21"], "empty", 0, 0),
]
MLQA_EXAMPLES = [
    ("en", "the lighthouse", "Lighthouse.", 100, 100),
    ("es", "el puerto", "puerto", 100, 100),
    ("es", "la Costa Brava", "Costa", 0, 66.6667),
    ("de", "die alte Brücke", "der Brücke", 0, 66.6667),
    ("de", "die Brücke", "Brücke", 100, 100),
    ("vi", "chiếc cầu của làng", "cầu làng", 100, 100),
    ("vi", unicodedata.normalize("NFC", "chiếc cầu"), unicodedata.normalize("NFD", "chiếc cầu"), 0, 0),
    ("ar", "الميناء", "ميناء", 100, 100),
    ("ar", "العالم", "عالم", 100, 100),
    ("hi", "बंदरगाह।", "बंदरगाह", 100, 100),
    ("zh", "灯塔", "灯塔。", 100, 100),
    ("zh", "灯塔", "高灯塔", 0, 80),
    ("zh", "2019年", "2019 年", 100, 100),
    ("zh", "NBA总决赛", "NBA 决赛", 0, 85.7143),
    ("zh", "㐀灯", "灯", 0, 66.6667),
]


@pytest.mark.parametrize(("answers", "prediction", "em", "f1"), SQUAD_EXAMPLES)
def test_squad(answers: list[str], prediction: str, em: float, f1: float) -> None:
    scores = span.squad([(answers, prediction)], "en")
    assert (scores["em"], scores["f1"]) == pytest.approx((em, f1), abs=1e-4)


@pytest.mark.parametrize(("language", "answer", "prediction", "em", "f1"), MLQA_EXAMPLES)
def test_mlqa(language: str, answer: str, prediction: str, em: float, f1: float) -> None:
    scores = span.mlqa([([answer], prediction)], language)
    assert (scores["em"], scores["f1"]) == pytest.approx((em, f1), abs=1e-4)


@pytest.mark.parametrize(("gold", "prediction"), [("الميناء", "ميناء")])
def test_the_same_under_squad_gives_nothing(gold: str, prediction: str) -> None:
    scores = span.squad([([gold], prediction)], "ar")
    assert (scores["em"], scores["f1"]) == (0, 0)


def test_corrected_variants_stand_beside_the_official_ones() -> None:
    assert span.squad([(["the"], "")], "en") == {"em": 100, "f1": 0, "f1_corrected": 100}
    assert span.squad([(["灯塔"], "高灯塔")], "zh")["f1_characters"] == pytest.approx(80)
    nfc, nfd = (unicodedata.normalize(form, "chiếc cầu") for form in ("NFC", "NFD"))
    assert span.mlqa([([nfc], nfd)], "vi")["f1_corrected"] == 100
    scores = span.mlqa([(["العالم"], "ع م")], "ar")  # the article's letters inside the word are not an article
    assert (scores["em"], scores["em_corrected"]) == (100, 0)
    assert span.mlqa([(["العالم"], "عالم")], "ar")["em_corrected"] == 100


V2 = [  # metrics handbook 3
    span.Question(["1931"], "1931", 0.1),
    span.Question(["North Harbour Bridge"], "bridge", 0.4),
    span.Question([], "old pier", 0.3),
    span.Question([], "ferry", 0.9),
]


@pytest.mark.parametrize(("threshold", "em", "f1"), [(1.0, 25, 37.5), (0.4, 50, 62.5), (0.3, 50, 50), (0.1, 75, 75)])
def test_squad_v2_at_a_threshold(threshold: float, em: float, f1: float) -> None:
    scores = span.squad_v2(V2, threshold)
    assert (scores["em"], scores["f1"]) == (em, f1)
    assert (scores["best_em"], scores["best_em_threshold"]) == (scores["best_f1"], scores["best_f1_threshold"])
    assert (scores["best_f1"], scores["best_f1_threshold"], scores["best_f1_corrected"]) == (75, 0.1, 75)


def test_without_no_answer_scores_the_best_f1_is_that_of_an_order() -> None:
    """jiant sets them all to 0: the walk then finds the best prefix of the file. No threshold gives more than 50."""
    questions = [span.Question(one.answers, one.prediction) for one in V2]
    found = [span.squad_v2(order, 1.0) for order in (questions, questions[2:] + questions[:2])]
    assert [scores["best_f1"] for scores in found] == [87.5, 50]
    assert [(scores["f1"], scores["best_f1_corrected"]) for scores in found] == [(37.5, 50)] * 2


def test_squad_v2_of_a_language() -> None:
    """The threshold is 0, on the difference of null and best span; what is missing is named."""
    task = made_up("span", "squad_v2")
    gold = [{"id": "1", "answers": ["1931"]}, {"id": "2", "answers": []}]
    predicted = [
        {"id": "1", "prediction": "in 1931", "no_answer": -3.5},
        {"id": "2", "prediction": "old pier", "no_answer": 0.5},
    ]
    scores = span.score(task, "en", gold, predicted)
    assert (scores["em"], scores["em_answerable"], scores["em_unanswerable"]) == (50, 0, 100)
    assert (scores["f1"], span.main(scores)) == pytest.approx((83.3333, 66.6667), abs=1e-4)
    assert "best_f1_corrected" in scores and span.signature(task)["variant"] == "official (SQuAD v2.0)"
    with pytest.raises(InputError, match="question '2': found no score `no_answer` with its prediction"):
        span.score(task, "en", gold, [predicted[0], {"id": "2", "prediction": ""}])
    with pytest.raises(InputError, match="no-answer score that is not a number"):
        span.squad_v2([span.Question(["x"], "x", float("nan"))])


def test_chance_is_what_never_answering_gets() -> None:
    gold = [{"id": "1", "answers": ["1931"]}, {"id": "2", "answers": []}, {"id": "3", "answers": []}]
    predicted = [{"id": row["id"], "prediction": "x", "no_answer": 1.0} for row in gold]
    task = made_up("span", "squad_v2")
    assert span.chance(task, gold) == span.main(span.score(task, "en", gold, predicted)) == pytest.approx(200 / 3)
    assert span.chance(made_up("span", "squad"), gold[:1]) == 0


def test_a_missing_prediction_scores_0() -> None:
    """Also where an empty one would be exact."""
    assert span.squad([(["the"], None), (["x"], "x")], "en")["em"] == 50
    assert span.mlqa([(["der"], None), (["x"], "x")], "de")["em"] == 50
    scores = span.squad_v2([span.Question([], None), span.Question([], "")])
    assert (scores["em"], scores["best_em"], scores["best_em_corrected"]) == (50, 50, 50)


def test_mlqa_has_no_rule_for_other_languages() -> None:
    with pytest.raises(InputError, match="no language 'tr'"):
        span.mlqa([(["x"], "x")], "tr")


def test_all_questions_are_the_denominator() -> None:
    gold = [{"id": "1", "answers": ["Brücke"]}, {"id": "2", "answers": ["1931"]}]
    predicted = [{"id": "1", "prediction": "Brücke"}, {"id": "2", "prediction": ""}]
    task = made_up("span", "squad")
    scores = span.score(task, "de", gold, predicted)
    assert (scores["em"], scores["f1"], span.main(scores)) == (50, 50, 50)
    with pytest.raises(InputError, match="found 1 predictions, expected 2"):
        span.score(task, "de", gold, predicted[:1])
    with pytest.raises(InputError, match="question '1' has no gold answer"):
        span.score(task, "de", [{"id": "1", "answers": []}], predicted[:1])


def test_main_is_the_mean_of_em_and_f1() -> None:
    assert span.main({"em": 40, "f1": 60}) == 50
