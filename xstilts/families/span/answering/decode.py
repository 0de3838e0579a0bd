"""From start and end logits to the answer text, cut out of the context by character offsets.

The search is XTREME's (transformers' compute_predictions_logits): the n best starts times the n best ends of each
window, the start only in the window where it has most context, at most `answer_length` tokens. The text is not: the
reference aligns words again, which loses most of Chinese; ours is `context[start:end]` (signature `offsets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xstilts.encoders.batches import Example

SCHEMA = {"prediction": "str", "score": "float", "no_answer": "float"}
SIGNATURE = {"decoder": "character offsets", "search": "n best of the whole input"}


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

    `no_answer` is the score of `<s>` to `<s>`, the least of all windows, minus that of the answer: above a threshold
    the question is left unanswered (SQuAD v2.0), which is for the metric to say.
    official: the reference answers the literal word "empty" with the score 0 where no span is allowed; an empty
    prediction scores the same unless the gold answer is that word.
    """
    windows: list[list[int]] = [[] for _ in rows]
    for index, example in enumerate(examples):
        windows[example.note[0]].append(index)
    answers = []
    for row, own in zip(rows, windows, strict=True):
        best: tuple[float, int, int] = (-np.inf, 0, 0)
        allowed = _home_starts([examples[i] for i in own])
        for index, starts in zip(own, allowed, strict=True):
            score, first, last = _best_span(examples[index], outputs[index], starts, nbest, answer_length)
            if score > best[0]:
                offsets = examples[index].note[3]
                best = (score, int(offsets[first, 0]), int(offsets[last, 1]))
        score = best[0] if np.isfinite(best[0]) else 0.0
        null = min(float(outputs[index][0, 0]) + float(outputs[index][1, 0]) for index in own)
        text = row["context"][best[1] : best[2]]
        # Not rounded: the threshold is 0, and what is a hair above it abstains.
        answers.append({"id": row["id"], "prediction": text, "score": round(score, 4), "no_answer": null - score})
    return answers


def _best_span(
    example: Example, output: np.ndarray, allowed: np.ndarray, nbest: int, answer_length: int
) -> tuple[float, int, int]:
    """(score, first, last) in context tokens of the window; the score is -inf where no span is allowed.

    A span starts at an `allowed` token, does not end before it starts, is not too long and has text at both ends. Ties
    go to the surer start, then to the surer end, then to the earlier token.
    official: the n best are those of the whole input; what lies in the question or on `<s>` takes a place, and is
    dropped after. There every input is filled up to one length, and the filling takes places, too; ours has none.
    """
    _, shift, _, offsets, *_ = example.note
    start, end = output[:, shift : shift + len(offsets)].astype(np.float64)
    best = (np.argsort(-side.astype(np.float64), kind="stable")[:nbest] - shift for side in output)
    firsts, lasts = (places[(places >= 0) & (places < len(offsets))] for places in best)
    filled = offsets[:, 1] > offsets[:, 0]
    length = lasts[None, :] - firsts[:, None] + 1
    possible = (length >= 1) & (length <= answer_length) & (filled & allowed)[firsts][:, None] & filled[lasts]
    scores = np.where(possible, start[firsts][:, None] + end[lasts], -np.inf)
    if not scores.size:  # a context without a token, or with none among the best
        return -np.inf, 0, 0
    at_first, at_last = np.unravel_index(int(scores.argmax()), scores.shape)
    return float(scores[at_first, at_last]), int(firsts[at_first]), int(lasts[at_last])


def _home_starts(windows: Sequence[Example]) -> list[np.ndarray]:
    """For each window, which of its tokens have their most context there (on the poorer side; ties: the first)."""
    parts = [slice(window.note[2], window.note[2] + len(window.note[3])) for window in windows]
    context = np.full((len(windows), max(part.stop for part in parts)), -np.inf)
    for row, part in zip(context, parts, strict=True):
        count = part.stop - part.start
        token = np.arange(count)
        row[part] = np.minimum(token, count - token - 1) + 0.01 * count
    home = context.argmax(axis=0)
    return [home[part] == place for place, part in enumerate(parts)]
