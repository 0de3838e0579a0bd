"""Windows and answers by character offsets: what a perfect model says comes out as the gold text in every script."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from tests.texts import LINES
from xstilts.encoders.batches import Example
from xstilts.families.span.answering.decode import decode
from xstilts.families.span.learning import select
from xstilts.families.span.learning.encode import encode
from xstilts.families.span.scoring import score
from xstilts.tasks import load

WINDOWS: dict[str, Any] = {"max_length": 40, "stride": 10, "question_length": 6}
SEARCH: dict[str, int] = {"nbest": 20, "answer_length": 30}
LONG = list(LINES.values()) * 2


def row(context: str, start: int, end: int, question: str = "Where is the cat?") -> dict[str, Any]:
    answer = context[start:end]
    return {"id": "1", "context": context, "question": question, "starts": [start], "answers": [answer]}


def perfect(examples: Sequence[Example]) -> list[np.ndarray]:
    """The logits of a model that knows: high at the gold positions of each window."""
    outputs = []
    for example in examples:
        logits = np.zeros((2, len(example.ids)), dtype=np.float32)
        logits[0, example.labels[0]] = logits[1, example.labels[1]] = 10
        outputs.append(logits)
    return outputs


def answer(tokenizer: Tokenizer, rows: Sequence[dict[str, Any]], **change: Any) -> list[str]:
    examples, _ = encode(rows, (), tokenizer, **{**WINDOWS, **change})
    found = decode(rows, examples, perfect(examples), (), nbest=20, answer_length=60)
    return [one["prediction"] for one in found]


def impossible(context: str, name: str = "1") -> dict[str, Any]:
    return {"id": name, "context": context, "question": "Where is the cat?", "starts": [], "answers": []}


def cover(tokenizer: Tokenizer, context: str, start: int, end: int) -> tuple[str, int]:
    """The text of all tokens that touch some characters, and their number: more exact no token model can be."""
    offsets = tokenizer.encode(context, add_special_tokens=False).offsets
    touched = [(a, b) for a, b in offsets if a < end and b > start and context[a:b].strip()]
    return context[touched[0][0] : touched[-1][1]].strip(), len(touched)


def tokens_of(tokenizer: Tokenizer, one: dict[str, Any]) -> int:
    start = one["starts"][0]
    return cover(tokenizer, one["context"], start, start + len(one["answers"][0]))[1]


@pytest.mark.parametrize("language", LINES)
@pytest.mark.parametrize("stride", [10, 20])
def test_every_word_of_every_script_comes_out_exactly(language: str, stride: int, tokenizer: Tokenizer) -> None:
    others = [line for line in LINES.values() if line != LINES[language]]
    context = " ".join([*others[:3], LINES[language], *others[3:6]])
    begin = context.index(LINES[language])
    rows, at = [], 0
    for word in LINES[language].split():
        at = LINES[language].index(word, at)
        rows.append(row(context, begin + at, begin + at + len(word)))
    # Half of what two windows share is the least that the home window of a start has to its right.
    short = [one for one in rows if tokens_of(tokenizer, one) <= (WINDOWS["max_length"] - 10 - stride) // 2]
    assert answer(tokenizer, short, stride=stride) == [one["answers"][0] for one in short]
    whole = {"max_length": 250, "stride": 128}  # one window
    assert answer(tokenizer, rows, **whole) == [one["answers"][0] for one in rows]


@settings(max_examples=150, deadline=None)
@given(data=st.data(), order=st.permutations(LONG), question=st.sampled_from(LONG))
def test_any_stretch_of_text_comes_out_up_to_the_border_of_tokens(
    data: st.DataObject, order: list[str], question: str, tokenizer: Tokenizer
) -> None:
    context = "\n ".join(order[:4])
    start = data.draw(st.integers(0, len(context) - 1))
    end = data.draw(st.integers(start + 1, min(len(context), start + 12)))
    assume(context[start:end].strip())
    expected, tokens = cover(tokenizer, context, start, end)
    assume(tokens <= (WINDOWS["max_length"] - 4 - WINDOWS["question_length"] - WINDOWS["stride"]) // 2)
    found = answer(tokenizer, [row(context, start, end, question)])[0]
    assert found == expected and context[start:end].strip() in found


def test_format_of_the_input(tokenizer: Tokenizer) -> None:
    context, question = LINES["de"], "Wo?"
    examples, counts = encode([row(context, 0, 3, question)], (), tokenizer, 200, 128, 64)
    assert examples[0].ids == tokenizer.encode(question, context).ids
    assert counts == {"cut_questions": 0, "extra_windows": 0, "unaligned_answers": 0}
    blind, _ = encode([row(context, 0, 3, question)], (), tokenizer, 200, 128, 64, ablate=True)
    assert blind[0].ids == tokenizer.encode("", context).ids


def test_stride_is_a_step(tokenizer: Tokenizer) -> None:
    """official: the squad processor of transformers, which XTREME uses, begins a window `doc_stride` after the last."""
    context = " ".join(LINES.values())
    ids = tokenizer.encode(context, add_special_tokens=False).ids
    examples, counts = encode([row(context, 0, 3)], (), tokenizer, **WINDOWS)
    room = WINDOWS["max_length"] - 4 - WINDOWS["question_length"]
    assert counts["cut_questions"] == 1 and counts["extra_windows"] == len(examples) - 1
    for number, example in enumerate(examples):
        _, shift, first, offsets, _ = example.note
        assert first == number * WINDOWS["stride"] and len(example.ids) <= WINDOWS["max_length"]
        assert example.ids[shift:-1] == ids[first : first + room] and len(offsets) == len(example.ids) - shift - 1
    assert examples[-1].note[2] + room >= len(ids) > examples[-2].note[2] + room


@settings(max_examples=40, deadline=None)
@given(max_length=st.integers(12, 60), stride=st.integers(1, 49))
def test_windows_leave_no_token_out(max_length: int, stride: int, tokenizer: Tokenizer) -> None:
    assume(stride < max_length - 4 - 6)  # the other strides are refused
    context = LINES["en"] * 3
    count = len(tokenizer.encode(context, add_special_tokens=False).ids)
    examples, _ = encode([row(context, 0, 3)], (), tokenizer, max_length, stride, 6)
    seen = {e.note[2] + i for e in examples for i in range(len(e.note[3]))}
    assert seen == set(range(count))


def test_a_window_without_the_answer_points_at_the_first_token(tokenizer: Tokenizer) -> None:
    context = " ".join(LINES.values())
    examples, _ = encode([row(context, 0, 3)], (), tokenizer, **WINDOWS)
    assert examples[0].labels[0] == examples[0].note[1] and [0, 0] in [e.labels for e in examples[1:]]
    nothing, counts = encode([impossible(context)], (), tokenizer, **WINDOWS)
    assert {tuple(e.labels) for e in nothing} == {(0, 0)} and counts["unaligned_answers"] == 0


def test_an_answer_of_blanks_alone_is_counted(tokenizer: Tokenizer) -> None:
    examples, counts = encode([row("a    b", 2, 4)], (), tokenizer, **WINDOWS)
    assert counts["unaligned_answers"] == 1 and examples[0].labels == [0, 0]


def made(count: int, room: int, stride: int) -> list[Example]:
    """Windows over `count` tokens of one character each."""
    offsets = np.array([(i, i + 1) for i in range(count)])
    firsts = [0]
    while firsts[-1] + room < count:
        firsts.append(firsts[-1] + stride)
    return [Example([0] * (3 + len(offsets[f : f + room])), [0, 0], (0, 2, f, offsets[f : f + room])) for f in firsts]


def oracle(
    windows: Sequence[Example], outputs: Sequence[np.ndarray], nbest: int, longest: int
) -> tuple[float, int, int]:
    """Everything tried: n best starts and ends of each window, each start only where it has most context."""

    def context(token: int, window: Example) -> float:
        begin, count = window.note[2], len(window.note[3])
        return float(min(token - begin, begin + count - 1 - token) + 0.01 * count)

    best = (-np.inf, 0, 0)
    for window, output in zip(windows, outputs):
        _, shift, begin, offsets = window.note
        count = len(offsets)
        starts, ends = (sorted(range(len(side)), key=lambda i: -side[i])[:nbest] for side in output)
        starts, ends = ([i - shift for i in side if 0 <= i - shift < count] for side in (starts, ends))
        for first in starts:
            holding = [w for w in windows if w.note[2] <= begin + first < w.note[2] + len(w.note[3])]
            if max(holding, key=lambda w: context(begin + first, w)) is not window:
                continue
            for last in ends:
                if first <= last and last - first + 1 <= longest:
                    score = float(output[0, shift + first]) + float(output[1, shift + last])
                    if score > best[0]:  # of equal ones the first
                        best = (score, begin + first, begin + last + 1)
    return best


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 30),
    st.integers(3, 12),
    st.integers(1, 12),
    st.integers(1, 6),
    st.integers(1, 6),
    st.sampled_from([0, 1, 9]),
    st.integers(0, 10**6),
)
def test_the_search_against_trying_everything(
    count: int, room: int, stride: int, nbest: int, longest: int, digits: int, seed: int
) -> None:
    """Few digits make many equal scores."""
    context = "".join(chr(ord("一") + i) for i in range(count))
    windows = made(count, room, min(stride, room))
    rng = np.random.default_rng(seed)
    outputs = [rng.normal(size=(2, len(window.ids))).round(digits).astype(np.float32) for window in windows]
    found = decode([row(context, 0, 1)], windows, outputs, (), nbest=nbest, answer_length=longest)[0]
    score, start, end = oracle(windows, outputs, nbest, longest)
    assert found["prediction"] == context[start:end]
    assert found["score"] == pytest.approx(score if end else 0.0, abs=1e-4)


def test_a_start_counts_only_where_it_has_most_context() -> None:
    windows = made(14, room=10, stride=4)  # tokens 0-9 and 4-13: token 8 has 1 and 4 tokens on its poorer side
    outputs = [np.full((2, 13), -50.0), np.full((2, 13), -50.0)]
    outputs[0][:, 2 + 8] = 9.0  # surer, but at the edge
    outputs[1][:, 2 + 9 - 4] = 1.0
    context = "abcdefghijklmn"
    found = decode([row(context, 0, 1)], windows, outputs, (), **SEARCH)[0]
    assert (found["prediction"], found["score"]) == ("j", 2.0)
    alone = decode([row(context, 0, 1)], windows[:1], outputs[:1], (), **SEARCH)[0]
    assert (alone["prediction"], alone["score"]) == ("i", 18.0)


def test_rules_of_a_span() -> None:
    window, context = made(8, 8, 8), "abcdefgh"

    def best(*high: tuple[int, int, float], **change: int) -> str:
        output = np.zeros((2, 11))
        for side, token, value in high:
            output[side, 2 + token] = value
        return str(decode([row(context, 0, 1)], window, [output], (), **{**SEARCH, **change})[0]["prediction"])

    assert best((0, 2, 5), (1, 4, 5)) == "cde"
    assert best((0, 2, 5), (1, 4, 5), answer_length=2) != "cde"
    assert best((0, 4, 5), (1, 2, 4)) != "", "an end before its start is no span: the next best pair"
    assert best((0, 4, 5), (1, 2, 4), nbest=1) == "", "with one start and one end there is no next"


def test_tokens_without_text_are_no_border(tokenizer: Tokenizer) -> None:
    context = "a b"
    window = [Example([0] * 6, [0, 0], (0, 2, 0, np.array([(0, 1), (1, 1), (2, 3)])))]
    output = np.zeros((2, 6))
    output[:, 3] = 9
    assert decode([row(context, 0, 1)], window, [output], (), **SEARCH)[0]["prediction"] == "a"


def test_a_context_without_a_token_has_no_answer() -> None:
    window = [Example([0] * 3, [0, 0], (0, 2, 0, np.zeros((0, 2), dtype=np.int32)))]
    assert decode([row("", 0, 0)], window, [np.zeros((2, 3))], (), **SEARCH)[0]["prediction"] == ""


def test_no_answer_is_the_least_null_score_minus_the_best_span() -> None:
    """By hand: null 3 + 2 in one window and 1 + 3 in the other, the best span 4 + 1.5 in the first."""
    windows = made(14, room=10, stride=4)
    outputs = [np.full((2, 13), -50.0), np.full((2, 13), -50.0)]
    outputs[0][:, 0], outputs[1][:, 0] = (3, 2), (1, 3)
    outputs[0][0, 2 + 1], outputs[0][1, 2 + 2] = 4, 1.5
    question = row("abcdefghijklmn", 1, 3)
    (found,) = decode([question], windows, outputs, (), **SEARCH)
    assert (found["prediction"], found["score"], found["no_answer"]) == ("bc", 5.5, -1.5)
    outputs[1][:, 0] = (-7, 0.25)
    assert decode([question], windows, outputs, (), **SEARCH)[0]["no_answer"] == -12.25
    (alone,) = decode([question], windows[:1], outputs[:1], (), **SEARCH)
    assert (alone["prediction"], alone["no_answer"]) == ("bc", -0.5)


def test_no_answer_where_no_span_is_allowed() -> None:
    """Against 0, as in the reference, whose answer is then the word "empty" with the score 0."""
    window = [Example([0] * 3, [0, 0], (0, 2, 0, np.zeros((0, 2), dtype=np.int32)))]
    (found,) = decode([row("", 0, 0)], window, [np.array([[2.0, 9, 9], [0.5, 9, 9]])], (), **SEARCH)
    assert (found["prediction"], found["score"], found["no_answer"]) == ("", 0, 2.5)


def test_a_difference_below_the_fourth_decimal_still_decides() -> None:
    window, output = made(3, 3, 3), np.zeros((2, 6))
    output[0, 0] = 1e-6
    assert 0 < decode([row("abc", 0, 1)], window, [output], (), **SEARCH)[0]["no_answer"] < 1e-5


def logits(null: float, size: int, *high: tuple[int, int, float]) -> np.ndarray:
    """Logits of a window of `made`, low but for <s> and for (side, token of the window, value)."""
    output = np.full((2, size), -9.0, dtype=np.float32)
    output[:, 0] = null / 2
    for side, token, value in high:
        output[side, 2 + token] = value
    return output


def noted(windows: Sequence[Example], question: int, *gold: tuple[int, int]) -> list[Example]:
    """The windows as those of a question with these gold tokens."""
    return [Example(w.ids, [0, 0], (question, *w.note[1:4], list(gold))) for w in windows]


def test_selection_on_questions_by_hand() -> None:
    """Right only if null wins where the question is impossible; else the overlap of the best span of all windows with
    the best of the gold answers, and nothing where null wins."""
    one, two = made(6, 6, 6), made(14, room=10, stride=4)
    found, size, wide = (0, 2, 3.0), 9, 13
    cases = [
        (noted(one, 0), [logits(7, size, found, (1, 3, 3.0))], 1),
        (noted(one, 1), [logits(6, size, found, (1, 3, 3.0))], 0),  # not above the span: it is answered
        (noted(one, 2, (2, 3)), [logits(6, size, found, (1, 3, 3.0))], 1),
        (noted(one, 3, (2, 3)), [logits(7, size, found, (1, 3, 3.0))], 0),
        (noted(one, 4, (0, 0), (3, 3)), [logits(0, size, found, (1, 3, 3.0))], 2 / 3),
        (noted(one, 5, (-1, -1)), [logits(0, size, (0, 0, 3.0), (1, 0, 3.0))], 0),
        # The span of the second window counts from its own first token; null is the least of both.
        (noted(two, 6, (8, 9)), [logits(9, wide), logits(-1, wide, (0, 4, 1.0), (1, 5, 1.0))], 1),
        (noted(two, 7, (2, 2)), [logits(3, wide, (0, 2, 2.0), (1, 2, 2.0)), logits(9, wide)], 1),
    ]
    for windows, outputs, expected in cases:
        first = noted(one, 99), [logits(9, size)]  # an impossible question, abstained from
        mean = select.measure([*first[0], *windows], [*first[1], *outputs], ())
        assert mean == pytest.approx(100 * (1 + expected) / 2), windows[0].note[0]
    examples = [example for windows, _, _ in cases for example in windows]
    outputs = [output for _, own, _ in cases for output in own]
    assert select.measure(examples, outputs, ()) == pytest.approx(100 * sum(score for *_, score in cases) / 8)
    assert select.chance(examples, ()) == 25, "two of eight questions are impossible"
    empty = Example([0] * 3, [0, 0], (0, 2, 0, np.zeros((0, 2), dtype=np.int32), []))
    assert select.measure([empty], [np.zeros((2, 3))], ()) == 100, "no span is found in an empty context"


ANSWERS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3)), max_size=2)


@settings(max_examples=100, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=6), st.floats(-2, 8), st.integers(0, 10**6))
def test_selection_is_the_metric_where_tokens_are_words(
    questions: list[list[tuple[int, int]]], null: float, seed: int
) -> None:
    """One window a question, tokens that are different words: F1 of decoded texts at threshold 0."""
    rng = np.random.default_rng(seed)
    words = [f"w{number:02}" for number in range(11)]
    offsets = np.array([(4 * number, 4 * number + 3) for number in range(11)])
    rows: list[dict[str, Any]] = []
    examples, outputs = [], []
    for number, gold in enumerate([*questions, []]):  # at least one is impossible
        ranges = [(start, start + length) for start, length in gold]
        texts = [" ".join(words[start : end + 1]) for start, end in ranges]
        starts = [int(offsets[start, 0]) for start, _ in ranges]
        rows.append({"id": str(number), "context": " ".join(words), "answers": texts, "starts": starts})
        examples.append(Example([0] * 14, [0, 0], (number, 2, 0, offsets, ranges)))
        outputs.append(rng.normal(size=(2, 14)).astype(np.float32))
        outputs[-1][0, 0] += null
    found = decode(rows, examples, outputs, (), nbest=11, answer_length=11)
    answered = [score.Question(r["answers"], f["prediction"], f["no_answer"]) for r, f in zip(rows, found, strict=True)]
    assert select.measure(examples, outputs, ()) == pytest.approx(score.squad_v2(answered)["f1"])


def test_selection_without_impossible_questions_is_on_windows(tokenizer: Tokenizer) -> None:
    """A window without the answer does not count there, and what <s> says does not either."""
    context = " ".join(LINES.values())
    examples, _ = encode([row(context, 0, 3), row(context, 4, 9)], (), tokenizer, **WINDOWS)
    sure = perfect(examples)
    for output in sure:
        output[:, 0] = 99
    assert len(examples) > 4 and select.measure(examples, sure, ()) == 100
    mixed, _ = encode([row(context, 0, 3), impossible(context)], (), tokenizer, **WINDOWS)
    assert select.measure(mixed, perfect(mixed), ()) == 100 and select.chance(mixed, ()) == 50
    for output in (sure := perfect(mixed)):
        output[:, 0] = 99
    assert select.measure(mixed, sure, ()) == 50


def test_every_gold_answer_is_noted(tokenizer: Tokenizer) -> None:
    """Training learns the first, selection takes the best; one of blanks alone is nowhere."""
    context = "one two    three"
    several = {**row(context, 4, 7), "starts": [4, 0, 8], "answers": ["two", "one", "  "]}
    (example,), counts = encode([several], (), tokenizer, **WINDOWS)
    _, shift, _, offsets, gold = example.note
    assert counts["unaligned_answers"] == 0 and gold[2] == (-1, -1)
    assert [context[offsets[a, 0] : offsets[b, 1]] for a, b in gold[:2]] == ["two", "one"]
    assert example.labels == [gold[0][0] + shift, gold[0][1] + shift]


def test_selection_on_windows(tokenizer: Tokenizer) -> None:
    rows = [row(line, 0, 5) for line in LONG]
    examples, _ = encode(rows, (), tokenizer, **WINDOWS)
    assert select.measure(examples, perfect(examples), ()) == pytest.approx(100)
    wrong = [np.roll(output, 3, axis=1) for output in perfect(examples)]
    assert select.measure(examples, wrong, ()) < 60
    assert 0 < select.chance(examples, ()) < 15


@pytest.mark.skipif("XSTILTS_REAL_DATA" not in os.environ, reason="XSTILTS_REAL_DATA is not set: no real XQuAD")
def test_real_answers_in_every_language() -> None:
    """A tokenizer of the real contexts, windows of 128: the rest is answers that begin or end inside a token."""
    from xstilts.pretraining.tokenizer import train

    task, folder = load("xquad"), Path(os.environ["XSTILTS_REAL_DATA"]) / "xtreme/xquad"
    rows = {
        language: list(task.readers["xtreme"](folder, folder, "test", language))[::6] for language in task.languages
    }
    texts = sorted({one["context"] for own in rows.values() for one in own})
    tokenizer = train(texts[::4], 4000, seed_pieces=False)
    for language, own in rows.items():
        found = answer(tokenizer, own, max_length=128, stride=48, question_length=32)
        exact = [f.strip() == one["answers"][0].strip() for f, one in zip(found, own, strict=True)]
        assert np.mean(exact) >= 0.95, (language, np.mean(exact))
