"""How well a ranking finds what is relevant: average precision (LAReQA) and reciprocal rank (Mewsli-X), both cut at k.

Written from xtreme `third_party/utils_lareqa.py` (`average_precision_at_k`) and `third_party/utils_mewslix.py`
(`mean_reciprocal_rank`) @838c13b. XTREME-R calls both mAP@20.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from xstilts.errors import InputError


def average_precision(relevant: Collection[str], ranking: Sequence[str], k: int = 20) -> float:
    """Sum of the precisions at the hits among the first k, divided by min(relevant items, k): 0-1.

    An item that is ranked twice is a hit once. Nothing relevant is refused (the official program divides by 0)."""
    wanted = set(relevant)
    if not wanted:
        raise InputError("found nothing relevant, expected at least one item")
    hits, total, seen = 0, 0.0, set()
    for rank, item in enumerate(_first(ranking, k), start=1):
        if item in wanted and item not in seen:
            hits += 1
            total += hits / rank
        seen.add(item)
    return total / min(len(wanted), k)


def reciprocal_rank(gold: str, ranking: Sequence[str], k: int = 20) -> float:
    """1 / rank of `gold` among the first k, 0 if it is not there or nothing was ranked: 0-1."""
    first = list(_first(ranking, k))
    return 1 / (first.index(gold) + 1) if gold in first else 0.0


def _first(ranking: Sequence[str], k: int) -> Sequence[str]:
    if k < 1:
        raise InputError(f"found k = {k}, expected at least 1")
    return ranking[:k]
