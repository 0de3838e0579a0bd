"""Scores of sentence retrieval: F1 of mined pairs (BUCC, threshold from dev) and nearest-neighbour accuracy (Tatoeba).

Written from xtreme `third_party/utils_retrieve.py` (`bucc_optimize`, `bucc_extract`, `bucc_eval`) @838c13b.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from xstilts.errors import InputError
from xstilts.families.pairing import alike, pair
from xstilts.records.prepared import Prepared, Row

VERSION = "2"  # part of every cell's signature: raise it when a number can change

Pair = tuple[str, str]  # id of the source sentence, id of the English sentence
Candidate = tuple[Pair, float]
Side = tuple[Sequence[Row], Sequence[Row]]  # gold rows, predicted rows


def threshold(candidates: Sequence[Candidate], gold: set[Pair], ties_as_one: bool = False) -> float:
    """The score to cut at: the midpoint between the first cut with the highest F1 and the next candidate.

    official: with equal scores at the cut the search believes in a split that extraction cannot make; `ties_as_one`
    treats them as one cut, and compares F1 exactly. Where the best cut is the last the official program fails; here the
    threshold is the last score."""
    cuts = _cuts(sorted(candidates, key=lambda candidate: -candidate[1]), ties_as_one)
    found = right = 0
    best, chosen = 0.0, 0.0
    for index, (score, pairs) in enumerate(cuts):
        found += len(pairs)
        right += sum(one in gold for one in pairs)
        f1 = 2 * right / (found + len(gold)) if ties_as_one else _official_f1(right, found, len(gold))
        if f1 > best:
            best, chosen = f1, score if index + 1 == len(cuts) else (score + cuts[index + 1][0]) / 2
    return chosen


def _official_f1(right: int, found: int, wanted: int) -> float:
    """official: by way of precision and recall, so that of two cuts with equal F1 the later can win by the last bit."""
    precision, recall = right / found, right / max(1, wanted)
    return 2 * precision * recall / (precision + recall) if right else 0.0


def _cuts(candidates: Iterable[Candidate], ties_as_one: bool) -> list[tuple[float, list[Pair]]]:
    """(score, pairs that come in with it), from the highest score down."""
    if not ties_as_one:
        return [(score, [one]) for one, score in candidates]
    groups = groupby(candidates, key=lambda candidate: candidate[1])
    return [(score, [one for one, _ in members]) for score, members in groups]


def extract(candidates: Iterable[Candidate], cut: float) -> set[Pair]:
    """The pairs whose score is at least `cut`."""
    return {one for one, score in candidates if score >= cut}


def pair_f1(found: Iterable[Pair], gold: set[Pair]) -> dict[str, float]:
    """Precision, recall and F1 (x 100) over sets of pairs: a repeated pair counts once."""
    if not gold:
        raise InputError("found no gold pairs, expected at least one")
    pairs = set(found)
    right = len(pairs & gold)
    return {
        "f1": 200 * right / (len(pairs) + len(gold)),
        "precision": 100 * right / len(pairs) if pairs else 0.0,
        "recall": 100 * right / len(gold),
    }


def bucc(test: Side, dev: Side) -> dict[str, float]:
    """Tune the threshold on dev and apply the same to test (xtreme HEAD forgets that, xtreme#60)."""
    (test_gold, test_rows), (dev_gold, dev_rows) = test, dev
    candidates, wanted = mined_pairs(test_gold, test_rows), _gold(test_gold)
    tuning, tuning_gold = mined_pairs(dev_gold, dev_rows), _gold(dev_gold)
    cut = threshold(tuning, tuning_gold)
    corrected = pair_f1(extract(candidates, threshold(tuning, tuning_gold, ties_as_one=True)), wanted)
    return {**pair_f1(extract(candidates, cut), wanted), "threshold": cut, "f1_corrected": corrected["f1"]}


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: Side | None = None
) -> dict[str, float]:
    """Scores of one language, 0-100; the threshold is a margin. `tuning`: gold and candidates to tune on."""
    if task.tunes_on:
        if tuning is None:
            raise InputError(f"found no predictions for '{task.tunes_on}', expected them to choose the threshold")
        return bucc((gold, predicted), tuning)
    pairs = nearest(gold, predicted)
    return {"accuracy": 100 * sum(answer["prediction"] in row["gold"] for row, answer in pairs) / len(pairs)}


def main(scores: dict[str, float]) -> float:
    """The figure that XTREME averages."""
    return scores["f1"] if "f1" in scores else scores["accuracy"]


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """What picking one sentence of the searched side at random gets."""
    searched = "english" if task.tunes_on else "source"
    sentences = [row["id"] for row in gold if row["side"] == searched]
    return 100 / max(1, len(sentences))


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold."""
    tuned = {"threshold": f"tuned on {task.tunes_on}"} if task.tunes_on else {}
    return {"metric": task.metric, "variant": "official", "scorer": f"retrieval {VERSION}", **tuned}


def _gold(rows: Sequence[Row]) -> set[Pair]:
    return {(row["id"], english) for row in rows if row["side"] == "source" for english in row["gold"]}


def nearest(gold: Sequence[Row], predicted: Sequence[Row]) -> list[tuple[Row, Row]]:
    """English sentences, which are the queries, with their answers. One that is no source sentence is refused."""
    sources = {row["id"]: None for row in gold if row["side"] == "source"}
    pairs = pair([row for row in gold if row["side"] == "english"], predicted)
    for _, answer in pairs:
        if sources and answer["prediction"] not in sources:
            found = answer["prediction"]
            near = alike(sources, [found])
            raise InputError(f"'{answer['id']}': found '{found}', expected the id of a source line{near}")
    return pairs


def mined_pairs(gold: Sequence[Row], rows: Sequence[Row]) -> list[Candidate]:
    """Mined pairs with their margins. An id that the split does not have is refused, and so is mining without a find.

    official: of a pair that was mined twice the higher score counts."""
    sides = [{row["id"]: None for row in gold if row["side"] == side} for side in ("source", "english")]
    if not rows and all(sides):
        raise InputError(f"found no mined pair of {len(sides[0])} and {len(sides[1])} sentences, expected at least one")
    scores: dict[Pair, float] = {}
    for row in rows:
        one = (row["id"], row["prediction"])
        if one[0] not in sides[0] or one[1] not in sides[1]:
            raise InputError(_unknown_pair(one, *sides))
        scores[one] = max(row["score"], scores.get(one, row["score"]))
    return list(scores.items())


def _unknown_pair(one: Pair, sources: Collection[str], english: Collection[str]) -> str:
    turned = ": the two sides are turned" if one[0] in english and one[1] in sources else ""
    found = f"found the pair {one[0]} {one[1]}, whose ids are not both in the gold file"
    near = "".join(alike(side, [name]) for name, side in zip(one, (sources, english)) if name not in side)
    return f"{found}{turned or near}; expected such as {next(iter(sources), '?')} {next(iter(english), '?')}"
