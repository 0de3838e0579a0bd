"""From the loss of each line to a record of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

SCHEMA = {"loss": "float", "tokens": "int"}


def decode(rows: Sequence[dict[str, Any]], outputs: Sequence[np.ndarray]) -> list[dict[str, Any]]:
    """Mean loss in nats and masked tokens of every line."""
    pairs = zip(rows, outputs, strict=True)
    return [{"id": row["id"], "loss": round(float(out[0]), 6), "tokens": int(out[1])} for row, out in pairs]
