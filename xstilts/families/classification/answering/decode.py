"""From logits to label words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xstilts.encoders.batches import Example

SCHEMA = {"prediction": "str"}


def decode(
    rows: Sequence[dict[str, Any]],
    examples: Sequence[Example],
    outputs: Sequence[np.ndarray],
    labels: Sequence[str],
    **_: Any,
) -> list[dict[str, Any]]:
    """One label word a row: the highest logit, ties to the first label."""
    return [{"id": r["id"], "prediction": labels[int(np.argmax(o))]} for r, o in zip(rows, outputs, strict=True)]
