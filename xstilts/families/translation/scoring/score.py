"""Scores of translations by sacreBLEU: chrF2++ leads, BLEU stands beside it; both also without what was learnt."""

from __future__ import annotations

from collections.abc import Sequence

from xstilts.errors import InputError
from xstilts.families.pairing import pair
from xstilts.families.translation.scoring.language import Sides
from xstilts.families.translation.scoring.statistics import bleu_metric, chrf_metric, signatures
from xstilts.records.prepared import Prepared, Row

VERSION = "1"  # part of every cell's signature: raise it when a number can change
METRIC = "chrf2++"


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> dict[str, float]:
    """Scores of one direction, 0-100.

    `chrf2++`, `bleu`: of all rows. `..._unseen`: of those of which neither side stands in the training set, where there
    are others; `seen` is the percentage of the others. `off_target`: translations in the language of the source;
    `copied`: those that are the source; `empty`: those without a text. `consistency`: chrF2++ of the translations of
    the noised sources, with those of the clean ones as references; it needs no translation by a person."""
    if task.metric != METRIC:
        raise InputError(f"{task.name}: unknown metric '{task.metric}', expected {METRIC}")
    pairs = pair(gold, predicted)
    found = figures([answer["prediction"] for _, answer in pairs], [row["target"] for row, _ in pairs])
    fresh = [one for one in pairs if not one[0]["seen"]]
    if fresh and len(fresh) < len(pairs):
        own = figures([answer["prediction"] for _, answer in fresh], [row["target"] for row, _ in fresh])
        found |= {f"{name}_unseen": value for name, value in own.items()}
    found["seen"] = 100 * (len(pairs) - len(fresh)) / len(pairs)
    sides = Sides([row["source"] for row, _ in pairs], [row["target"] for row, _ in pairs])
    texts = [(row["source"], answer["prediction"].strip()) for row, answer in pairs]
    found["off_target"] = 100 * sum(sides.is_source(text) for _, text in texts) / len(texts)
    found["copied"] = 100 * sum(source.strip() == text for source, text in texts) / len(texts)
    found["empty"] = 100 * sum(not text for _, text in texts) / len(texts)
    before = [answer["clean"] for _, answer in pairs if answer["clean"] is not None]
    if before:
        if len(before) < len(pairs):
            raise InputError(f"found {len(before)} clean translations of {len(pairs)}, expected one for each row")
        found["consistency"] = chrf([answer["prediction"] for _, answer in pairs], before)
    return found


def figures(texts: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """Both figures of a corpus."""
    bleu = bleu_metric().corpus_score(list(texts), [list(references)])
    return {METRIC: chrf(texts, references), "bleu": float(bleu.score)}


def chrf(texts: Sequence[str], references: Sequence[str]) -> float:
    """chrF2++ of a corpus."""
    return float(chrf_metric().corpus_score(list(texts), [list(references)]).score)


def main(scores: dict[str, float]) -> float:
    """The figure that leads: chrF2++, as it needs no words and so is the same for all languages."""
    return scores[METRIC]


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """What a system gets that says the source again."""
    return chrf([row["source"] for row in gold], [row["target"] for row in gold])


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold."""
    off_target = "trigrams of both sides of the test set"
    scorer = {"metric": task.metric, "variant": "official (sacreBLEU)", "scorer": f"translation {VERSION}"}
    return {**scorer, **signatures(), "off_target": off_target, "chance": "the source, copied"}
