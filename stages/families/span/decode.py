"""From start and end logits to the answer text, cut out of the context by character offsets.

The search is XTREME's (utils_squad_evaluate / compute_predictions_logits): the n best starts times the n best ends of
each window, the start only in the window where it has most context, at most `answer_length` tokens. The text is not:
the reference aligns words again, which loses most of Chinese; ours is `context[start:end]` (signature `offsets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stages.common.batching import Example

SCHEMA = {"prediction": "str", "score": "float"}
SIGNATURE = {"decoder": "character offsets"}


def decode(
    rows: Sequence[dict[str, Any]],
    examples: Sequence[Example],
    outputs: Sequence[np.ndarray],
    labels: Sequence[str],
    nbest: int,
    answer_length: int,
    **_: Any,
) -> list[dict[str, Any]]:
    """One answer a row with its score (sum of start and end logit); "" where no span is allowed.

    official: the reference answers the literal word "empty" there; an empty prediction scores the same unless the
    gold answer is that word.
    """
    windows: list[list[int]] = [[] for _ in rows]
    for index, example in enumerate(examples):
        windows[example.note[0]].append(index)
    answers = []
    for row, own in zip(rows, windows, strict=True):
        best: tuple[float, int, int] = (-np.inf, 0, 0)
        home = _home_windows([examples[i] for i in own])
        for place, index in enumerate(own):
            for score, first, last in _spans(examples[index], outputs[index], nbest, answer_length):
                offsets = examples[index].note[3]
                if score > best[0] and home[examples[index].note[2] + first] == place:
                    best = (score, int(offsets[first, 0]), int(offsets[last, 1]))
        score = float(best[0]) if np.isfinite(best[0]) else 0.0
        answers.append({"id": row["id"], "prediction": row["context"][best[1] : best[2]], "score": round(score, 4)})
    return answers


def _spans(example: Example, output: np.ndarray, nbest: int, answer_length: int) -> list[tuple[float, int, int]]:
    """(score, first, last) in context tokens of the window: start before end, not too long, not empty."""
    _, shift, _, offsets = example.note
    start, end = output[0, shift : shift + len(offsets)], output[1, shift : shift + len(offsets)]
    filled = offsets[:, 1] > offsets[:, 0]
    found = []
    for first in np.argsort(-start, kind="stable")[:nbest]:
        for last in np.argsort(-end, kind="stable")[:nbest]:
            if first <= last < first + answer_length and filled[first] and filled[last]:
                found.append((float(start[first]) + float(end[last]), int(first), int(last)))
    return found


def _home_windows(windows: Sequence[Example]) -> dict[int, int]:
    """For each context token the window in which it has most context on its poorer side (ties: the first window)."""
    best: dict[int, tuple[float, int]] = {}
    for place, window in enumerate(windows):
        _, _, begin, offsets = window.note
        count = len(offsets)
        for token in range(count):
            score = min(token, count - token - 1) + 0.01 * count
            if begin + token not in best or score > best[begin + token][0]:
                best[begin + token] = (score, place)
    return {token: place for token, (_, place) in best.items()}
