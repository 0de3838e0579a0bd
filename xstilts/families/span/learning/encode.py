"""Question and context as windows, `<s> question </s></s> context part </s>`, with each token's character offsets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoders.batches import Example

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
    ablate: bool = False,
    **_: Any,
) -> tuple[list[Example], Counter[str]]:
    """Windows of every question; `labels` are the [start, end] token positions of the first gold answer.

    A window that does not hold the answer points at `<s>`, as in XTREME's squad_convert_examples. Positions come from
    character offsets of the fast tokenizer, so no text is looked for and Chinese needs no special case. `note` is
    (row, first context position in `ids`, number of the first context token, character offsets (tokens, 2), context
    tokens of every gold answer: none for an impossible question). `ablate` hides the question.
    """
    before, middle, after = _specials(tokenizer)
    questions = tokenizer.encode_batch(["" if ablate else row["question"] for row in rows], add_special_tokens=False)
    contexts = tokenizer.encode_batch([row["context"] for row in rows], add_special_tokens=False)
    counts: Counter[str] = Counter(cut_questions=0, extra_windows=0, unaligned_answers=0)
    examples = []
    for index, (row, question, context) in enumerate(zip(rows, questions, contexts, strict=True)):
        counts["cut_questions"] += len(question.ids) > question_length
        head = before + question.ids[:question_length] + middle
        offsets = _trimmed(context, row["context"])
        gold = [_answer_tokens(start, text, offsets) for start, text in zip(row["starts"], row["answers"], strict=True)]
        counts["unaligned_answers"] += bool(gold) and gold[0] == NOWHERE
        for number, first in enumerate(_starts(len(context.ids), max_length - len(head) - len(after), stride)):
            last = first + max_length - len(head) - len(after)
            ids = head + context.ids[first:last] + after
            counts["extra_windows"] += number > 0
            # official: of several answers the first is learnt
            position = _inside(gold[:1], first, min(last, len(context.ids)), len(head))
            examples.append(Example(ids, position, (index, len(head), first, offsets[first:last], gold)))
    return examples, counts


def _specials(tokenizer: Tokenizer) -> tuple[list[int], list[int], list[int]]:
    """The ids that the tokenizer puts before, between and after two texts."""
    pair = tokenizer.encode("a", "a")
    owners = pair.sequence_ids
    first, second = owners.index(0), owners.index(1)
    between = [i for i in range(first, second) if owners[i] is None]
    after = [i for i in range(second, len(owners)) if owners[i] is None]
    return pair.ids[:first], [pair.ids[i] for i in between], [pair.ids[i] for i in after]


def _starts(tokens: int, room: int, stride: int) -> Iterator[int]:
    """First context token of each window: `stride` further each time (official: a step, not an overlap)."""
    first = 0
    while True:
        yield first
        if first + room >= tokens:
            return
        first += min(stride, room)


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
