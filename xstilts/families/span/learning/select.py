"""What chooses the checkpoint on the English development set: token-overlap F1, of questions where some are impossible.

Apart from decode.py and score.py, so that mending the decoder or a metric retrains nothing. Where every question has
an answer, each window that holds one counts by itself. Where some have none (SQuAD v2.0) a question counts as a whole,
with the best span of its windows against no answer. jiant takes the best F1 along an order of questions whose
no-answer scores are all 0, which true F1 can be 20 points below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from xstilts.encoders.batches import Example

Span = tuple[int, int]  # first and last context token


def measure(examples: Sequence[Example], outputs: Sequence[np.ndarray], labels: Sequence[str]) -> float:
    """Mean F1 between predicted and gold token ranges, 0-100: over windows with an answer, or over questions."""
    if any(_impossible(example) for example in examples):
        scores = [_answered(list(own)) for _, own in _questions(examples, outputs)]
    else:
        scores = [_window(o, e) for e, o in zip(examples, outputs, strict=True) if e.labels != [0, 0]]
    return 100 * sum(scores) / max(1, len(scores))


def chance(examples: Sequence[Example], labels: Sequence[str]) -> float:
    """What never answering gets where some questions are impossible, else about what a random token gives: the mean of
    2 / (context length + 1)."""
    if any(_impossible(example) for example in examples):
        return 100 * float(np.mean([_impossible(next(own)[0]) for _, own in _questions(examples, examples)]))
    return 100 * float(np.mean([2 / (len(example.note[3]) + 1) for example in examples]))


def _impossible(example: Example) -> bool:
    return not example.note[4]


def _questions(examples: Sequence[Example], outputs: Sequence[Any]) -> Iterator[tuple[int, Iterator[Any]]]:
    """The windows of each question with their outputs; encode leaves them side by side."""
    return groupby(zip(examples, outputs, strict=True), key=lambda pair: int(pair[0].note[0]))


def _answered(windows: Sequence[tuple[Example, np.ndarray]]) -> float:
    """F1 of one question: of no answer where that scores above the best span, else of the span."""
    gold: Sequence[Span] = windows[0][0].note[4]
    null = min(float(output[0, 0]) + float(output[1, 0]) for _, output in windows)
    score, span = max((_best_span(example, output) for example, output in windows), key=lambda found: found[0])
    if null > score:
        return float(not gold)
    return max((_overlap(span, one) for one in gold), default=0.0)


def _best_span(example: Example, output: np.ndarray) -> tuple[float, Span]:
    """The highest sum of a start and an end that is not before it, and those tokens; ties go to the first."""
    _, shift, begin, offsets, _ = example.note
    start, end = output[:, shift : shift + len(offsets)].astype(np.float64)
    if not len(offsets):
        return -np.inf, (0, 0)
    sums = np.maximum.accumulate(start) + end
    last = int(np.argmax(sums))
    return float(sums[last]), (begin + int(np.argmax(start[: last + 1])), begin + last)


def _window(output: np.ndarray, example: Example) -> float:
    first, last = example.note[1], example.note[1] + len(example.note[3])
    start = first + int(np.argmax(output[0, first:last]))
    end = start + int(np.argmax(output[1, start:last]))
    return _overlap((start, end), example.labels)


def _overlap(found: Sequence[int], gold: Sequence[int]) -> float:
    common = min(found[1], gold[1]) - max(found[0], gold[0]) + 1
    return 2 * common / (found[1] - found[0] + gold[1] - gold[0] + 2) if common > 0 else 0.0
