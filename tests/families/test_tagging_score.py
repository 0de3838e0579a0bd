"""UDPOS and PANX F1. Expected values: shared metrics handbook sections 5 and 6, produced there by seqeval 0.0.12 and
1.2.2; then a differential test against the installed seqeval on random corpora."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks_made_up import made_up
from xstilts.errors import InputError
from xstilts.families.tagging.scoring import score as tagging

UDPOS_EXAMPLES = [
    ("NOUN NOUN VERB", "NOUN PROPN VERB", 40, 66.6667),
    ("NOUN CCONJ NOUN", "NOUN SCONJ NOUN", 66.6667, 66.6667),
    ("SYM SYM", "SYM NUM", 50, 50),
    ("NUM NUM", "NUM SYM", 0, 50),
    ("X X", "X X", 100, 100),
    ("VERB | VERB", "VERB | VERB", 100, 100),
    ("DET ADJ NOUN NOUN PUNCT | PRON VERB", "DET NOUN NOUN NOUN PUNCT | PRON AUX", 54.5455, 71.4286),
    ("SCONJ SCONJ PRON", "SCONJ ADP PRON", 66.6667, 66.6667),
]
PANX_EXAMPLES = [
    ("B-PER I-PER O B-LOC", "B-PER I-PER O O", 66.6667, 66.6667),
    ("B-PER I-PER O B-LOC", "B-PER O O B-LOC", 50, 50),
    ("B-LOC I-LOC O", "I-LOC I-LOC O", 100, 0),
    ("B-LOC I-LOC O", "B-LOC I-ORG O", 0, 0),
    ("B-LOC B-LOC", "B-LOC I-LOC", 0, 0),
    ("B-LOC", "B-ORG", 0, 0),
    ("O O", "O O", 0, 0),
]


def corpus(text: str) -> list[list[str]]:
    """`A B | C` -> [[A, B], [C]]."""
    return [sentence.split() for sentence in text.split("|")]


@pytest.mark.parametrize(("gold", "predicted", "official", "accuracy"), UDPOS_EXAMPLES)
def test_udpos(gold: str, predicted: str, official: float, accuracy: float) -> None:
    scores = tagging.udpos(corpus(gold), corpus(predicted))
    assert (scores["f1"], scores["token_accuracy"]) == pytest.approx((official, accuracy), abs=1e-4)


def test_udpos_precision_and_recall() -> None:
    scores = tagging.udpos(corpus("NOUN NOUN VERB"), corpus("NOUN PROPN VERB"))
    assert (scores["precision"], scores["recall"]) == pytest.approx((33.3333, 50), abs=1e-4)
    gold, predicted = "DET ADJ NOUN NOUN PUNCT | PRON VERB", "DET NOUN NOUN NOUN PUNCT | PRON AUX"
    scores = tagging.udpos(corpus(gold), corpus(predicted))
    assert (scores["precision"], scores["recall"]) == (60, 50)


@pytest.mark.parametrize(("gold", "predicted", "official", "strict"), PANX_EXAMPLES)
def test_panx(gold: str, predicted: str, official: float, strict: float) -> None:
    scores = tagging.panx(corpus(gold), corpus(predicted))
    assert (scores["f1"], scores["f1_strict"]) == pytest.approx((official, strict), abs=1e-4)


def test_unequal_lengths_are_refused() -> None:
    gold = [{"id": "7", "tags": ["O", "B-PER", "I-PER"]}]
    with pytest.raises(InputError, match="sentence '7': found 2 predicted tags, expected 3"):
        tagging.score(made_up("tagging", "entity_f1"), "en", gold, [{"id": "7", "prediction": ["O", "B-PER"]}])
    with pytest.raises(InputError, match="sentence 2: found 1 predicted tags, expected 2"):
        tagging.panx(corpus("O B-PER I-PER | B-LOC O"), corpus("O B-PER I-PER | B-LOC"))


@pytest.mark.parametrize("tag", ["PER", "S-PER", "B-", "I", "b-PER", ""])
def test_an_entity_tag_that_is_not_iob2_is_refused(tag: str) -> None:
    gold = [{"id": "7", "tags": ["O", "B-PER"]}]
    with pytest.raises(InputError, match=f"sentence '7': found the tag '{tag}', expected O, B-<type> or I-<type>"):
        tagging.score(made_up("tagging", "entity_f1"), "en", gold, [{"id": "7", "prediction": ["O", tag]}])


def test_ccg_words_that_were_cut_off() -> None:
    """Official leaves them out of the denominator, corrected counts them as wrong."""
    task = made_up("tagging", "ccg_accuracy")
    gold = [{"id": "1", "tags": ["N", "NP/N", "N", "."]}, {"id": "2", "tags": ["N"]}]
    predicted = [{"id": "1", "prediction": ["N", "N"]}, {"id": "2", "prediction": ["N"]}]
    scores = tagging.score(task, "en", gold, predicted)
    assert scores == pytest.approx({"accuracy": 66.6667, "accuracy_corrected": 40, "cut_words": 2}, abs=1e-4)
    assert tagging.main(scores) == scores["accuracy"]
    assert tagging.chance(task, gold) == 60
    assert tagging.ccg([["N", "NP/N", None]], [["N", "N", "N"]])["accuracy"] == 50  # metrics handbook 1
    with pytest.raises(InputError, match="sentence '2': found 2 predicted tags, expected 1"):
        tagging.score(task, "en", gold[1:], [{"id": "2", "prediction": ["N", "N"]}])
    with pytest.raises(InputError, match="found no predicted tag for any of 1 labelled words"):
        tagging.ccg([["N"]], [[]])


def test_chance_is_the_most_frequent_tag() -> None:
    gold = [{"id": "1", "tags": ["NOUN", "VERB", "NOUN"]}]
    assert tagging.chance(made_up("tagging", "pos_f1"), gold) == 0  # one run of three, three runs in gold
    assert tagging.chance(made_up("tagging", "pos_f1"), [{"id": "1", "tags": ["NOUN", "NOUN"]}]) == 100
    with pytest.raises(InputError, match="unknown metric 'pos'"):
        tagging.chance(made_up("tagging", "pos"), gold)


def corpora(tags: list[str]) -> st.SearchStrategy[tuple[list[list[str]], list[list[str]]]]:
    """Pairs of corpora of equal shape over a set of tags."""
    sentence = st.lists(st.tuples(st.sampled_from(tags), st.sampled_from(tags)), min_size=1, max_size=8)
    return st.lists(sentence, min_size=1).map(
        lambda rows: ([[a for a, _ in row] for row in rows], [[b for _, b in row] for row in rows])
    )


def mapped(rows: list[list[str]]) -> list[list[str]]:
    """How seqeval 1.2.2 is brought to what 0.0.12 does with bare tags (metrics handbook 5)."""
    return [[f"S-{tag}" if tag.startswith("S") else f"I-{tag}" for tag in row] for row in rows]


@settings(max_examples=200, deadline=None)
@given(corpora(["NOUN", "VERB", "CCONJ", "SCONJ", "SYM", "X", "_"]))
def test_udpos_equals_seqeval_with_mapped_tags(rows: tuple[list[list[str]], list[list[str]]]) -> None:
    from seqeval.metrics import f1_score

    gold, predicted = rows
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = 100 * f1_score(mapped(gold), mapped(predicted))
    assert tagging.udpos(gold, predicted)["f1"] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(corpora(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]))
def test_panx_equals_seqeval(rows: tuple[list[list[str]], list[list[str]]]) -> None:
    from seqeval.metrics import f1_score
    from seqeval.scheme import IOB2

    gold, predicted = rows
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lenient = 100 * f1_score(gold, predicted)
        strict = 100 * f1_score(gold, predicted, mode="strict", scheme=IOB2)
    scores = tagging.panx(gold, predicted)
    assert (scores["f1"], scores["f1_strict"]) == pytest.approx((lenient, strict), abs=1e-9)
