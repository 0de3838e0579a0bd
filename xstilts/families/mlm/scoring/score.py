"""Perplexity of a masked language model."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xstilts.errors import InputError


def perplexity(batches: Sequence[tuple[float, int]]) -> dict[str, float]:
    """Perplexity of (mean loss of a batch in nats, its masked tokens).

    official: jiant `MLMEvaluationScheme` (@daa5a258) takes the exponential of the mean over *batches*, so a token in a
    batch with few masked ones counts more; `corrected` is that of the mean over masked tokens. A loss whose
    exponential is beyond all numbers comes from a broken run and is refused."""
    if not batches:
        raise InputError("found no batches, expected at least one")
    for number, (loss, tokens) in enumerate(batches, start=1):
        if tokens < 1 or not math.isfinite(loss):
            raise InputError(f"batch {number}: found the loss {loss} over {tokens} masked tokens")
    total = sum(tokens for _, tokens in batches)
    return {
        "perplexity": _exponential(math.fsum(loss for loss, _ in batches) / len(batches)),
        "perplexity_corrected": _exponential(math.fsum(loss * tokens for loss, tokens in batches) / total),
    }


def _exponential(mean: float) -> float:
    try:
        return math.exp(mean)
    except OverflowError:
        raise InputError(f"found a mean loss of {mean:.6g} nats: no number holds such a perplexity") from None
