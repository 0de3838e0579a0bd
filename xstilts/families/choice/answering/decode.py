"""From scores to the index of a choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xstilts.encoders.batches import Example

SCHEMA = {"prediction": "int"}


def decode(
    rows: Sequence[dict[str, Any]],
    examples: Sequence[Example],
    outputs: Sequence[np.ndarray],
    labels: Sequence[str],
    **_: Any,
) -> list[dict[str, Any]]:
    """The index of the highest score a row, ties to the lowest index."""
    return [{"id": r["id"], "prediction": int(np.argmax(o))} for r, o in zip(rows, outputs, strict=True)]
