"""What chooses the checkpoint on the English development set: token-overlap F1 of the best span in each window.

Apart from decode.py and score.py, so that mending the decoder or a metric retrains nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stages.common.batching import Example


def measure(examples: Sequence[Example], outputs: Sequence[np.ndarray], labels: Sequence[str]) -> float:
    """Mean over windows with an answer of the F1 between predicted and gold token ranges, 0-100."""
    scores = [_overlap(o, e) for e, o in zip(examples, outputs, strict=True) if e.labels != [0, 0]]
    return 100 * sum(scores) / max(1, len(scores))


def chance(examples: Sequence[Example], labels: Sequence[str]) -> float:
    """About what a random token gives: the mean of 2 / (context length + 1)."""
    return 100 * float(np.mean([2 / (len(example.note[3]) + 1) for example in examples]))


def _overlap(output: np.ndarray, example: Example) -> float:
    first = example.note[1]
    start = first + int(np.argmax(output[0, first:-1]))
    end = start + int(np.argmax(output[1, start:-1]))
    gold_start, gold_end = example.labels
    common = min(end, gold_end) - max(start, gold_start) + 1
    return 2 * common / (end - start + gold_end - gold_start + 2) if common > 0 else 0.0
