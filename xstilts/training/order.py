"""The order in which a training sees its examples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xstilts.seeding import Seeds

MEGA_BATCH = 50  # batches whose examples are sorted by length together; enough to waste about 5 % on padding


def grouped_batches(lengths: Sequence[int], batch: int, epochs: int, seeds: Seeds) -> list[np.ndarray]:
    """Indices of each step's examples over all epochs: shuffled, then grouped by length inside mega-batches.

    Each step has `batch` examples (the last of an epoch may have fewer), so the recipe is the one without grouping.
    """
    plan: list[np.ndarray] = []
    size = np.asarray(lengths)
    for epoch in range(epochs):
        rng = seeds.numpy("order", epoch)
        order = rng.permutation(len(size))
        steps: list[np.ndarray] = []
        for start in range(0, len(order), batch * MEGA_BATCH):
            mega = order[start : start + batch * MEGA_BATCH]
            mega = mega[np.argsort(-size[mega], kind="stable")]
            steps += [mega[at : at + batch] for at in range(0, len(mega), batch)]
        plan += [steps[i] for i in rng.permutation(len(steps))]
    return plan
