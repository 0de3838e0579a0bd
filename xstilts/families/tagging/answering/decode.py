"""From token tags back to one tag a word; the windows of a split sentence are joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xstilts.encoders.batches import Example

SCHEMA = {"prediction": "strs"}


def decode(
    rows: Sequence[dict[str, Any]],
    examples: Sequence[Example],
    outputs: Sequence[np.ndarray],
    labels: Sequence[str],
    **_: Any,
) -> list[dict[str, Any]]:
    """Exactly one tag for every word of every row."""
    tags: list[list[str]] = [[] for _ in rows]
    for example, output in zip(examples, outputs, strict=True):
        row, first, positions = example.note
        assert len(tags[row]) == first, "windows come in order"
        tags[row] += [labels[int(output[position])] for position in positions]
    return [{"id": row["id"], "prediction": own} for row, own in zip(rows, tags, strict=True)]
