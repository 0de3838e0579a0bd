"""`units.py` of every family: the sums over all units give the score of the family's own `score.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks_made_up import made_up
from xstilts.families import part
from xstilts.records.prepared import Prepared

Row = dict[str, Any]
QUICK = settings(max_examples=40, deadline=None)
WORDS = st.sampled_from(["the", "lamp", "A lamp", "lamp!", "ال بيت", "a", "灯", "die Lampe", ""])


def same(task: Prepared, gold: list[Row], predicted: list[Row], tuning: Any = None, language: str = "en") -> None:
    units, score = part(task.family, "scoring.units"), part(task.family, "scoring.score")
    counts = units.counts(task, language, gold, predicted, tuning)
    assert len(counts) == len(units.names(task, {language: gold})[language])
    expected = score.main(score.score(task, language, gold, predicted, tuning))
    assert units.main(task, counts.sum(axis=0, dtype=np.float64)) == pytest.approx(expected, abs=1e-9)


def rows(**columns: list[Any]) -> list[Row]:
    values = zip(*columns.values(), strict=True)
    return [{"id": str(n), **dict(zip(columns, one, strict=True))} for n, one in enumerate(values)]


@QUICK
@given(st.lists(st.tuples(st.sampled_from("01"), st.sampled_from("01")), min_size=1), st.booleans())
def test_classification(pairs: list[tuple[str, str]], qqp: bool) -> None:
    task = made_up("classification", "accuracy_and_f1" if qqp else "accuracy", labels=("0", "1"))
    gold, predicted = zip(*pairs, strict=True)
    same(task, rows(label=list(gold)), rows(prediction=list(predicted)))


@QUICK
@given(st.lists(st.tuples(st.integers(0, 2), st.lists(st.floats(0, 1), min_size=3, max_size=3)), min_size=1))
def test_choice(pairs: list[tuple[int, list[float]]]) -> None:
    gold = rows(label=[label for label, _ in pairs], choices=[["a", "b", "c"]] * len(pairs))
    same(made_up("choice", "accuracy"), gold, rows(prediction=[scores for _, scores in pairs]))


UPOS = "NOUN VERB SCONJ SYM INTJ X _ PUNCT ADJ".split()
IOB2 = "O B-PER I-PER B-LOC I-LOC".split()


@QUICK
@given(st.data(), st.sampled_from([("pos_f1", UPOS), ("entity_f1", IOB2), ("ccg_accuracy", ["N", "NP", "S"])]))
def test_tagging(data: st.DataObject, kind: tuple[str, list[str]]) -> None:
    """F1 is no mean of the sentences' F1, but of the sums of their counts it is."""
    metric, tags = kind
    sizes = data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=8))
    sides = [[data.draw(st.lists(st.sampled_from(tags), min_size=n, max_size=n)) for n in sizes] for _ in range(2)]
    same(made_up("tagging", metric), rows(tags=sides[0]), rows(prediction=sides[1]))


@QUICK
@given(
    st.lists(st.tuples(st.lists(WORDS, min_size=1, max_size=3), WORDS | st.none()), min_size=1),
    st.sampled_from(["squad", "mlqa"]),
    st.sampled_from(["en", "de", "ar", "zh"]),
)
def test_span(pairs: list[tuple[list[str], str | None]], metric: str, language: str) -> None:
    gold = rows(answers=[answers for answers, _ in pairs], context=["same"] * len(pairs))
    same(made_up("span", metric), gold, rows(prediction=[text for _, text in pairs]), language=language)


@QUICK
@given(st.lists(st.tuples(st.lists(WORDS, max_size=2), WORDS, st.sampled_from([-1.0, 0.0, 2.0])), min_size=1))
def test_squad_v2(questions: list[tuple[list[str], str, float]]) -> None:
    gold = rows(answers=[one[0] for one in questions], context=["same"] * len(questions))
    predicted = rows(prediction=[one[1] for one in questions], no_answer=[one[2] for one in questions])
    same(made_up("span", "squad_v2"), gold, predicted)


@QUICK
@given(st.lists(st.tuples(st.sampled_from(["t", "u"]), st.integers(0, 3), st.booleans()), min_size=1))
def test_multichecklist(examples: list[tuple[str, int, bool]]) -> None:
    """A case fails with one of its questions, so cases are drawn."""
    gold = [{"id": f"{t}/{case}/{n}", "answers": ["lamp"], "context": ""} for n, (t, case, _) in enumerate(examples)]
    answers = ["lamp" if right else "hat" for _, _, right in examples]
    predicted = [{"id": row["id"], "prediction": text} for row, text in zip(gold, answers, strict=True)]
    same(made_up("span", "failure_rate"), gold, predicted)


MINED = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([0.5, 1.0, 1.5])), min_size=1, max_size=12
)


def corpus(pairs: set[tuple[int, int]]) -> list[Row]:
    english = [{"id": f"e{n}", "side": "english", "gold": []} for n in range(5)]
    source = [{"id": f"s{n}", "side": "source", "gold": [f"e{e}" for s, e in pairs if s == n]} for n in range(5)]
    return source + english


@QUICK
@given(MINED, MINED, st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_bucc(test: list[Any], dev: list[Any], pairs: set[tuple[int, int]]) -> None:
    found = [[{"id": f"s{s}", "prediction": f"e{e}", "score": score} for s, e, score in side] for side in (test, dev)]
    gold = corpus(pairs)
    same(made_up("retrieval", "mining_f1", tunes_on="dev"), gold, found[0], (gold, found[1]))


@QUICK
@given(st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_tatoeba(answers: list[int]) -> None:
    gold = [{"id": f"{n}", "side": side, "gold": [f"{n}"]} for side in ("source", "english") for n in range(4)]
    same(made_up("retrieval", "accuracy"), gold, rows(prediction=[f"{answer}" for answer in answers]))


@QUICK
@given(st.lists(st.permutations(list("abcd")), min_size=1, max_size=6), st.booleans())
def test_dual(rankings: list[list[str]], several: bool) -> None:
    gold = rows(gold=[["a", "b"] if several else ["a"]] * len(rankings))
    task = made_up("dual", "map" if several else "mrr")
    same(task, gold, rows(ranking=rankings, ranking_last_first=[one[::-1] for one in rankings]))


def test_paragraphs_that_share_a_question_are_one_unit() -> None:
    """MLQA: German asks 1 and 2 about one paragraph, Spanish 2 and 3, so that all three hang together."""
    gold = {
        "de": [{"id": "1", "context": "A"}, {"id": "2", "context": "A"}, {"id": "9", "context": "Z"}],
        "es": [{"id": "2", "context": "B"}, {"id": "3", "context": "B"}],
    }
    names = part("span", "scoring.units").names(made_up("span", "mlqa"), gold)
    assert len({*names["de"][:2], *names["es"]}) == 1
    assert names["de"][2] != names["de"][0]


def test_sentences_of_two_languages_are_never_one_unit() -> None:
    gold = {language: [{"id": "0", "side": "english", "tags": []}] for language in ("de", "es")}
    for family, metric in (("tagging", "entity_f1"), ("retrieval", "accuracy")):
        names = part(family, "scoring.units").names(made_up(family, metric), gold)
        assert names["de"] != names["es"]
