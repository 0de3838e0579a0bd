"""Question and context as windows (XLM-R's: `<s> question </s></s> context part </s>`).

Each token of the context keeps its character offsets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoders.batches import Example
from xstilts.encoders.facts import frame
from xstilts.encoders.lengths import check_windows

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

NOWHERE = (-1, -1)  # an answer of white space alone, which no token holds


def encode(
    rows: Sequence[dict[str, Any]],
    labels: Sequence[str],
    tokenizer: Tokenizer,
    max_length: int,
    stride: int,
    question_length: int,
    answer_length: int = 1,
    ablate: bool = False,
    at: str = "",
    **_: Any,
) -> tuple[list[Example], Counter[str]]:
    """Windows of every question; `labels` are the [start, end] token positions of the first gold answer.

    A window that does not hold the answer points at `<s>`, as in XTREME's squad_convert_examples. Positions come from
    character offsets of the fast tokenizer, so no text is looked for and Chinese needs no special case. `note` is
    (row, first context position in `ids`, number of the first context token, character offsets (tokens, 2), context
    tokens of every gold answer: none for an impossible question). `ablate` hides the question, `at` is where
    the recipe stands in `params.yaml`.
    """
    check_windows(f"{at}max_length", max_length, tokenizer, stride, question_length, answer_length)
    around = frame(tokenizer, 2)
    questions = tokenizer.encode_batch(["" if ablate else row["question"] for row in rows], add_special_tokens=False)
    contexts = tokenizer.encode_batch([row["context"] for row in rows], add_special_tokens=False)
    counts: Counter[str] = Counter(cut_questions=0, extra_windows=0, unaligned_answers=0)
    examples = []
    for index, (row, question, context) in enumerate(zip(rows, questions, contexts, strict=True)):
        counts["cut_questions"] += len(question.ids) > question_length
        head = around.before + question.ids[:question_length] + around.between
        offsets = _trimmed(context, row["context"])
        gold = [_answer_tokens(start, text, offsets) for start, text in zip(row["starts"], row["answers"], strict=True)]
        counts["unaligned_answers"] += bool(gold) and gold[0] == NOWHERE
        room = max_length - len(head) - len(around.after)
        for number, first in enumerate(_starts(len(context.ids), room, stride)):
            last = first + room
            part = context.ids[first:last]
            kinds = around.segments(len(head) - len(around.before) - len(around.between), len(part))
            counts["extra_windows"] += number > 0
            # official: of several answers the first is learnt
            position = _inside(gold[:1], first, min(last, len(context.ids)), len(head))
            note = (index, len(head), first, offsets[first:last], gold)
            examples.append(Example(head + part + around.after, position, note, kinds))
    return examples, counts


def _starts(tokens: int, room: int, stride: int) -> Iterator[int]:
    """First context token of each window: `stride` further each time (official: a step, not an overlap)."""
    first = 0
    while True:
        yield first
        if first + room >= tokens:
            return
        first += stride


def _trimmed(context: Encoding, text: str) -> np.ndarray:
    """Character offsets (tokens, 2) without the white space that some tokenizers count to a token."""
    pairs = []
    for start, end in context.offsets:
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        pairs.append((start, end))
    return np.array(pairs, dtype=np.int32).reshape(-1, 2)


def _answer_tokens(start: int, text: str, offsets: np.ndarray) -> tuple[int, int]:
    """First and last token that share a character with an answer."""
    end = start + len(text)
    touching = np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start) & (offsets[:, 1] > offsets[:, 0]))
    return (int(touching[0]), int(touching[-1])) if len(touching) else NOWHERE


def _inside(gold: Sequence[tuple[int, int]], first: int, last: int, shift: int) -> list[int]:
    """Start and end of an answer within the window of the tokens from `first` to before `last`."""
    if not gold or gold[0][0] < first or gold[0][1] >= last:
        return [0, 0]
    return [gold[0][0] - first + shift, gold[0][1] - first + shift]
