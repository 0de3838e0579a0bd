"""How good a translation looks where there is no reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xstilts.translation import fields


def quality(english: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]], family: str) -> dict[str, float]:
    """Characters for each English one, and the share of texts that are left as they were."""
    originals = {row["id"]: row for row in english}
    worded = [
        (one, other) for row in rows
        for one, other in zip(fields.texts(originals[row["id"]], family), fields.texts(row, family))
        if any(map(str.isalpha, one))
    ]  # fmt: skip
    before, after = sum(len(one) for one, _ in worded), sum(len(other) for _, other in worded)
    copies = sum(one == other for one, other in worded)
    return {"length_ratio": round(after / max(1, before), 4), "copies": round(copies / max(1, len(worded)), 4)}
