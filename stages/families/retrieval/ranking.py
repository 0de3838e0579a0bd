"""Metrics of one ranking, as fractions: average precision (LAReQA) and reciprocal rank (Mewsli-X), cut at k."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence


def average_precision(relevant: Collection[Hashable], ranking: Sequence[Hashable], k: int = 20) -> float:
    """Sum over the hits in the first k of hits so far / rank, divided by min(number of relevant items, k).

    As xtreme `third_party/utils_lareqa.py` (`average_precision_at_k`) @838c13b: a repeated item counts once."""
    wanted, hits, total = set(relevant), 0, 0.0
    for rank, item in enumerate(ranking[:k], start=1):
        if item in wanted:
            wanted.discard(item)
            hits += 1
            total += hits / rank
    return total / min(len(set(relevant)), k)


def reciprocal_rank(gold: Hashable, ranking: Sequence[Hashable], k: int = 20) -> float:
    """1 / rank of `gold` in the first k, 0 where it is not there (xtreme `third_party/utils_mewslix.py` @838c13b)."""
    return 1 / (list(ranking[:k]).index(gold) + 1) if gold in ranking[:k] else 0.0
