"""Answer texts. Expected values: shared metrics handbook sections 2 and 4, produced there by xtreme
`third_party/evaluate_squad.py` and `third_party/evaluate_mlqa.py` @838c13b."""

from __future__ import annotations

import unicodedata

import pytest

from stages.common.errors import InputError
from stages.families.span import score as span
from tests.tasks_made_up import made_up

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
