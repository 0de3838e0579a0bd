"""What chooses the checkpoint: accuracy on the English development set. Apart from score.py, so that mending a
reported metric retrains nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from xstilts.encoders.batches import Example


def measure(examples: Sequence[Example], outputs: Sequence[np.ndarray], labels: Sequence[str]) -> float:
    """Percentage of examples whose highest output is the label."""
    right = sum(int(np.argmax(o)) == int(e.labels) for e, o in zip(examples, outputs, strict=True))
    return 100 * right / len(examples)


def chance(examples: Sequence[Example], labels: Sequence[str]) -> float:
    """What always answering the most frequent label would give."""
    return 100 * max(Counter(example.labels for example in examples).values()) / len(examples)
