"""What chooses the checkpoint: how many pieces of the development set's targets are the most probable ones, with the
right pieces before them. Apart from decoding and scoring, so that mending those retrains nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from xstilts.encoders.batches import Example


def measure(examples: Sequence[Example], outputs: Sequence[np.ndarray], labels: Sequence[str]) -> float:
    """Percentage of pieces, ends counted, that the model would write next."""
    right = sum(int((np.asarray(e.labels[1:]) == o).sum()) for e, o in zip(examples, outputs, strict=True))
    return 100 * right / sum(len(example.labels) - 1 for example in examples)


def chance(examples: Sequence[Example], labels: Sequence[str]) -> float:
    """What always writing the most frequent piece would give."""
    counts = Counter(piece for example in examples for piece in example.labels[1:])
    return 100 * max(counts.values()) / counts.total()
