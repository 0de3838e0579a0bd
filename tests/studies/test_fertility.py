"""Fertility: known counts of a made-up vocabulary, and what an input is in each family."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from xstilts.records.prepared import Prepared
from xstilts.studies.fertility import Fertility, by_language, count, measure, texts


def letters() -> Tokenizer:
    """A vocabulary in which each character but a blank is a piece; two special tokens around one text, three around
    two."""
    names = ["[CLS]", "[SEP]", "[UNK]", *"abcdefghijklmnopqrstuvwxyz"]
    tokenizer = Tokenizer(models.WordPiece({name: i for i, name in enumerate(names)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("", "isolated")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 1)]
    )
    return tokenizer


def counted(inputs: list[list[list[str]]], language: str = "de", limit: int = 8) -> Fertility:
    return count(letters(), inputs, ("made", "xnli", language), limit)


def test_pieces_and_words_are_counted() -> None:
    found = counted([[["ab cde"], ["f"]], [["abcd"]]])
    assert (found.unit, found.units, found.pieces, found.inputs) == ("word", 4, 10, 2)
    assert found.per_unit == 2.5


@pytest.mark.parametrize(("size", "longer"), [(6, 0), (7, 1)])
def test_special_tokens_count_for_the_length(size: int, longer: int) -> None:
    """Eight pieces are allowed, two of which are special ones."""
    assert counted([[["a" * size]]]).longer == longer
    assert counted([[["a"], ["a" * (size - 2)]]]).longer == longer, "three of which are special ones"


def test_a_language_without_blanks_is_counted_by_character() -> None:
    assert (counted([[["ab c"]]], "zh").unit, counted([[["ab c"]]], "zh").units) == ("character", 3)
    assert counted([[["ab c"]]], "zh-en").unit == "character" and counted([[["ab c"]]], "ko").unit == "word"


def test_a_passage_of_many_questions_counts_once_for_fertility_and_each_time_for_length() -> None:
    found = counted([[["a"], ["bbbbbb"]], [["c"], ["bbbbbb"]]])
    assert (found.pieces, found.units, found.inputs, found.longer) == (8, 3, 2, 2)


def test_words_of_a_tagged_sentence_are_cut_one_by_one() -> None:
    found = counted([[["ab", "c"]]])
    assert (found.units, found.pieces) == (2, 3)


@given(st.lists(st.text("abc ", min_size=1).filter(str.strip), min_size=1, max_size=4, unique=True))
def test_one_piece_a_character_is_a_fertility_of_one(given_texts: list[str]) -> None:
    found = counted([[[text]] for text in given_texts], "th")
    assert found.per_unit == 1.0 and found.units == sum(measure([text], "character") for text in given_texts)


@pytest.mark.parametrize(
    ("family", "row", "expected"),
    [
        ("classification", {"text_a": "a", "text_b": "b"}, [[["a"], ["b"]]]),
        ("classification", {"text_a": "a", "text_b": ""}, [[["a"]]]),
        ("tagging", {"words": ["a", "b"]}, [[["a", "b"]]]),
        ("span", {"question": "q", "context": "c"}, [[["q"], ["c"]]]),
        ("choice", {"prompt": "p", "choices": ["x", "y"]}, [[["p"], ["x"]], [["p"], ["y"]]]),
        ("retrieval", {"side": "source", "text": "t"}, [[["t"]]]),
        ("retrieval", {"side": "english", "text": "t"}, []),
        ("dual", {"query": "q", "candidate": None}, [[["q"]]]),
        ("dual", {"query": "", "candidate": "c"}, []),
    ],
)
def test_what_an_input_is(family: str, row: dict[str, Any], expected: list[Any]) -> None:
    assert [*texts(Prepared("x", family, "m", (), (), None), row)] == expected


def test_languages_are_summed_over_targets() -> None:
    one = Fertility("b", "xnli", "de", "word", 10, 20, 4, 1, 8)
    two = Fertility("b", "panx", "de", "word", 30, 40, 4, 0, 8)
    assert by_language([one, two]) == {"de": {"unit": "word", "pieces": 1.5, "longer": 12.5}}


def test_an_empty_set_has_no_fertility() -> None:
    found = counted([])
    assert (found.per_unit, found.share) == (0.0, 0.0)
    assert by_language([found])["de"]["pieces"] == 0.0
