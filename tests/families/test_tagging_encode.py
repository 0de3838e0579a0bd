"""Words to windows and back: whatever the words are, a perfect model's tags come out one for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from tests.texts import LINES
from xstilts.encoders.batches import IGNORE, Example
from xstilts.families.tagging.answering.decode import decode
from xstilts.families.tagging.learning import select
from xstilts.families.tagging.learning.encode import encode

LABELS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
# Emoji with a joiner, combining marks alone, a ligature that normalisation opens, blanks of all kinds, unknown signs.
ODD = [
    "",
    " ",
    "\u3000",
    "\u200b",
    "\u0301",
    "👩‍🚀",
    "e\u0301e\u0301",
    "ﷺ",
    "ﬁ",
    "…",
    "\U00012000",
    "a b",
    "10:30",
    "<s>",
    "▁",
]
SIGNS = "abcXYZ éÄßж漢字ありกำि์ًا한0.-😀\u200d\u0301\n"
WORDS = st.one_of(
    st.sampled_from([word for line in LINES.values() for word in line.split()]),
    st.sampled_from(ODD),
    st.text(SIGNS, max_size=60),
)
TAGGED = st.lists(st.tuples(WORDS, st.sampled_from(LABELS)), max_size=40)


def row(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {"id": "1", "words": [word for word, _ in pairs], "tags": [tag for _, tag in pairs]}


def perfect(examples: Sequence[Example], rng: np.random.Generator) -> list[np.ndarray]:
    """Tag ids of a model that knows the labelled positions, and says anything elsewhere."""
    gold = [np.array(example.labels) for example in examples]
    return [np.where(ids == IGNORE, rng.integers(0, len(LABELS), len(ids)), ids) for ids in gold]


@settings(max_examples=150, deadline=None)
@given(sentences=st.lists(TAGGED, max_size=4), max_length=st.sampled_from([4, 16, 128]), seed=st.integers(0, 9))
def test_gold_tags_come_back(
    sentences: list[list[tuple[str, str]]], max_length: int, seed: int, tokenizer: Tokenizer
) -> None:
    rows = [row(pairs) for pairs in sentences]
    examples, counts = encode(rows, LABELS, tokenizer, max_length)
    found = decode(rows, examples, perfect(examples, np.random.default_rng(seed)), LABELS)
    assert [one["prediction"] for one in found] == [one["tags"] for one in rows]
    assert all(len(e.ids) == len(e.labels) <= max_length for e in examples)
    split = [sum(e.note[0] == index for e in examples) > 1 for index in range(len(rows))]
    assert counts["split_sentences"] == sum(split)


def test_the_tag_stands_on_the_first_sub_token_alone(tokenizer: Tokenizer) -> None:
    words = LINES["tr"].split()
    (example,), counts = encode([row([(word, "B-LOC") for word in words])], LABELS, tokenizer, 128)
    pieces = [tokenizer.encode(word, add_special_tokens=False).ids for word in words]
    assert example.ids == [0, *(i for own in pieces for i in own), 2] and max(map(len, pieces)) > 1
    expected = [label for own in pieces for label in [3] + [IGNORE] * (len(own) - 1)]
    assert example.labels == [IGNORE, *expected, IGNORE]
    assert [example.ids[position] for position in example.note[2]] == [own[0] for own in pieces]
    assert counts == {"unknown_words": 0, "split_sentences": 0}


def test_a_long_sentence_is_split_between_words_and_nothing_is_cut(tokenizer: Tokenizer) -> None:
    words = " ".join(LINES.values()).replace("。", " ").split()
    short = [word for word in words if len(tokenizer.encode(word, add_special_tokens=False).ids) <= 14]
    examples, counts = encode([row([(word, "O") for word in short])], LABELS, tokenizer, 16)
    assert counts == {"unknown_words": 0, "split_sentences": 1}
    whole = [i for word in short for i in tokenizer.encode(word, add_special_tokens=False).ids]
    assert [i for example in examples for i in example.ids[1:-1]] == whole
    assert [example.note[1] for example in examples] == [
        sum(len(e.note[2]) for e in examples[:number]) for number in range(len(examples))
    ]


@pytest.mark.parametrize(("word", "room"), [("", 128), ("\u3000", 128), ("\u200b", 128), ("Donaudampf" * 9, 16)])
def test_a_word_without_pieces_or_with_too_many_is_unknown_and_counted(
    word: str, room: int, tokenizer: Tokenizer
) -> None:
    (example,), counts = encode([row([("cat", "O"), (word, "B-PER")])], LABELS, tokenizer, room)
    assert counts["unknown_words"] == 1 and example.ids[-2:] == [tokenizer.token_to_id("<unk>"), 2]
    assert example.labels[-2] == 1


def test_test_sets_without_tags(tokenizer: Tokenizer) -> None:
    rows = [{"id": "1", "words": ["a", "b"], "tags": None}]
    (example,), _ = encode(rows, LABELS, tokenizer, 16)
    assert set(example.labels) == {IGNORE} and len(example.note[2]) == 2


def test_selection(tokenizer: Tokenizer) -> None:
    pairs = list(zip("a b c d e".split(), ["B-PER", "I-PER", "O", "B-LOC", "B-LOC"], strict=True))
    examples, _ = encode([row(pairs)], LABELS, tokenizer, 128)
    right = perfect(examples, np.random.default_rng(0))
    assert select.measure(examples, right, LABELS) == 100 and select.chance(examples, LABELS) == 0
    first, *rest = examples[0].note[2]
    half = [output.copy() for output in right]
    half[0][rest[-1]] = 0  # the last of three entities is missed: precision 2/2, recall 2/3
    assert select.measure(examples, half, LABELS) == pytest.approx(80)
    lost = [output.copy() for output in right]
    lost[0][first] = 0  # an I- after O begins an entity, which is not the gold one
    assert select.measure(examples, lost, LABELS) == pytest.approx(200 * 2 / 6)


@pytest.mark.parametrize("odd", ["O", "B-", "S/S"])
def test_selection_of_supertags_is_accuracy_whatever_they_are_called(odd: str, tokenizer: Tokenizer) -> None:
    labels = ("N", odd, r"(S[dcl]\NP)/NP")
    words = {"id": "1", "words": list("abcd"), "tags": [labels[2], odd, odd, "N"]}
    examples, _ = encode([words], labels, tokenizer, 128)
    assert select.chance(examples, labels) == 50
    same = [np.ones(len(example.ids), dtype=int) for example in examples]
    assert select.measure(examples, same, labels) == 50


def test_selection_without_entities_is_accuracy(tokenizer: Tokenizer) -> None:
    labels = ("ADP", "NOUN")
    examples, _ = encode(
        [{"id": "1", "words": list("abcd"), "tags": ["NOUN", "NOUN", "NOUN", "ADP"]}], labels, tokenizer, 128
    )
    assert select.chance(examples, labels) == 75
    nouns = [np.ones(len(example.ids), dtype=int) for example in examples]
    assert select.measure(examples, nouns, labels) == 75
