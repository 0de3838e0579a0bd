"""Sentence pairs and multiple choice as inputs: their format, what is cut and counted, what an ablated model sees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from tests.texts import LINES
from xstilts.families.choice.answering import decode as choice_decode
from xstilts.families.choice.learning import encode as choice
from xstilts.families.classification.answering import decode as classification_decode
from xstilts.families.classification.learning import encode as classification
from xstilts.families.classification.learning import select

LABELS = ("contradiction", "entailment", "neutral")


def pair(a: str, b: str, label: str | None = "neutral") -> dict[str, Any]:
    return {"id": "1", "text_a": a, "text_b": b, "label": label}


def question(prompt: str, *choices: str, label: int = 0) -> dict[str, Any]:
    return {"id": "1", "prompt": prompt, "choices": list(choices), "label": label}


def pieces(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids


@pytest.mark.parametrize("language", LINES)
def test_a_pair_is_written_as_xlmr_reads_it(language: str, tokenizer: Tokenizer) -> None:
    a, b = LINES[language], LINES["en"]
    (example,), counts = classification.encode([pair(a, b)], LABELS, tokenizer, 256)
    assert example.ids == [0, *pieces(tokenizer, a), 2, 2, *pieces(tokenizer, b), 2]
    assert example.labels == 2 and counts == {"truncated": 0}


def test_the_longer_side_is_cut_and_counted(tokenizer: Tokenizer) -> None:
    long, short = " ".join(LINES.values()), "The cat"
    examples, counts = classification.encode(
        [pair(long, short), pair(short, long), pair(short, short)], LABELS, tokenizer, 40
    )
    assert counts == {"truncated": 2} and [len(e.ids) for e in examples[:2]] == [40, 40]
    kept = 40 - 4 - len(pieces(tokenizer, short))
    assert examples[0].ids == [0, *pieces(tokenizer, long)[:kept], 2, 2, *pieces(tokenizer, short), 2]
    assert examples[1].ids == [0, *pieces(tokenizer, short), 2, 2, *pieces(tokenizer, long)[:kept], 2]
    assert tokenizer.truncation is None, "the tokenizer is left as it was"


def test_labels_are_numbers_of_the_list_or_nothing(tokenizer: Tokenizer) -> None:
    rows = [pair("a", "b", label) for label in (*LABELS, None)]
    examples, _ = classification.encode(rows, LABELS, tokenizer, 40)
    assert [example.labels for example in examples] == [0, 1, 2, None]


def test_an_ablated_model_sees_the_second_text_alone(tokenizer: Tokenizer) -> None:
    (one,), _ = classification.encode([pair("secret", "b")], LABELS, tokenizer, 40, ablate=True)
    assert one.ids == [0, 2, 2, *pieces(tokenizer, "b"), 2]
    (two,), _ = choice.encode([question("secret", "a", "b")], (), tokenizer, 40, ablate=True)
    assert two.ids == [[0, 2, 2, *pieces(tokenizer, text), 2] for text in "ab"]


def test_choices_are_one_sequence_each(tokenizer: Tokenizer) -> None:
    rows = [question("p", "a", "bb"), question("q", "c", "d", "e", "f", label=3)]
    examples, counts = choice.encode(rows, (), tokenizer, 40)
    for row, example in zip(rows, examples, strict=True):
        assert example.ids == [tokenizer.encode(row["prompt"], text).ids for text in row["choices"]]
        assert example.labels == row["label"] and example.nested
    assert counts == {"truncated": 0}


def test_choice_loses_the_beginning_of_the_prompt(tokenizer: Tokenizer) -> None:
    prompt, ending = " ".join(LINES.values()), "ends here"
    examples, counts = choice.encode([question(prompt, ending, "b"), question("p", "a", "b")], (), tokenizer, 40)
    kept = 40 - 4 - len(pieces(tokenizer, ending))
    assert examples[0].ids[0] == [0, *pieces(tokenizer, prompt)[-kept:], 2, 2, *pieces(tokenizer, ending), 2]
    assert counts == {"truncated": 1}, "questions are counted, not choices"


def test_decoders_take_the_first_of_equals() -> None:
    rows = [pair("a", "b"), pair("c", "d")]
    logits = [np.array([0.0, 2.0, 2.0]), np.array([-1.0, -2.0, -0.5])]
    found = classification_decode.decode(rows, [], logits, LABELS)
    assert [one["prediction"] for one in found] == ["entailment", "neutral"]
    chosen = choice_decode.decode(rows, [], [np.array([1.0, 1.0]), np.array([0.0, 1.0, 3.0])], ())
    assert [one["prediction"] for one in chosen] == [0, 2]


def test_selection_is_accuracy(tokenizer: Tokenizer) -> None:
    rows = [pair("a", "b", label) for label in ("neutral", "neutral", "neutral", "entailment")]
    examples, _ = classification.encode(rows, LABELS, tokenizer, 40)
    always = [np.array([0.0, 0.0, 1.0])] * 4
    assert select.measure(examples, always, LABELS) == select.chance(examples, LABELS) == 75
