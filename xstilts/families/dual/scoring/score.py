"""Scores of rankings over one set of candidates: mAP@20 (LAReQA) and MRR@20 (Mewsli-X).

Written from xtreme `third_party/utils_lareqa.py` and `third_party/utils_mewslix.py` (@838c13b).
"""

from __future__ import annotations

from collections.abc import Sequence

from xstilts.errors import InputError
from xstilts.families.pairing import difference, pair
from xstilts.families.retrieval.scoring.ranking import average_precision, reciprocal_rank
from xstilts.records.prepared import Prepared, Row

VERSION = "1"  # part of every cell's signature: raise it when a number can change


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> dict[str, float]:
    """Scores of one language's queries, 0-100."""
    lacking = [row["id"] for row in gold if not row["gold"]]
    if lacking:
        raise InputError(f"'{lacking[0]}' has no gold candidate")
    if task.metric not in METRICS:
        raise InputError(f"{task.name}: unknown metric '{task.metric}', expected one of {', '.join(METRICS)}")
    if not predicted:
        raise InputError(f"found no rankings, expected {len(gold)}")
    return METRICS[task.metric](gold, predicted)


def mean_average_precision(gold: Sequence[Row], predicted: Sequence[Row]) -> dict[str, float]:
    """mAP@20 with the official ties (the last candidate wins), and corrected: the first one wins."""
    pairs = pair(gold, predicted)
    orders = {"map": "ranking_last_first", "map_corrected": "ranking"}
    return {
        name: 100 * sum(average_precision(row["gold"], answer[order]) for row, answer in pairs) / len(pairs)
        for name, order in orders.items()
    }


def mean_reciprocal_rank(gold: Sequence[Row], predicted: Sequence[Row]) -> dict[str, float]:
    """MRR@20, which XTREME-R calls mAP@20: a query has one gold candidate. official: a missing query counts 0."""
    ranks = reciprocal_ranks(gold, predicted)
    return {"mrr": 100 * sum(ranks) / len(gold), "answered": 100 * len(predicted) / len(gold)}


def reciprocal_ranks(gold: Sequence[Row], predicted: Sequence[Row]) -> list[float]:
    """1 / rank by query, 0 for one without a ranking; a ranking for no query, or a second one, is refused."""
    answers = {row["id"]: row["ranking"] for row in predicted}
    asked = {row["id"] for row in gold}
    unknown = [name for name in answers if name not in asked]
    if unknown or len(answers) < len(predicted):
        found = f"for {unknown[0]!r}" if unknown else "twice for a query"
        known = difference([row["id"] for row in gold], [row["id"] for row in predicted])
        raise InputError(f"found a ranking {found}, expected at most one a query{known}")
    return [reciprocal_rank(row["gold"][0], answers.get(row["id"], [])) for row in gold]


METRICS = {"map": mean_average_precision, "mrr": mean_reciprocal_rank}


def main(scores: dict[str, float]) -> float:
    """The figure that XTREME-R averages."""
    return scores["map"] if "map" in scores else scores["mrr"]


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """Any order of thousands of candidates gets next to nothing."""
    return 0.0


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold."""
    return {"metric": task.metric, "variant": "official", "scorer": f"dual {VERSION}", "cut": "20"}
