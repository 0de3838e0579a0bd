"""Exact match and F1 of answer texts: the SQuAD v1.1 rule (XQuAD, TyDiQA-GoldP), MLQA's per language, and SQuAD v2.0.

Written from xtreme `third_party/evaluate_squad.py` and `third_party/evaluate_mlqa.py` (@838c13b) and, for v2.0, from
jiant `tasks/lib/templates/squad_style/utils.py` (@daa5a258; the same rule as `evaluate-v2.0.py` and transformers). The
decoder matters as much as the rule: its name comes with the predictions and stands in the cell's signature.
"""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from xstilts.errors import InputError
from xstilts.families.pairing import pair
from xstilts.families.span.scoring.checklist import failure_rates
from xstilts.records.prepared import Prepared, Row

VERSION = "1"  # part of every cell's signature: raise it when a number can change

Normaliser = Callable[[str], str]
Answered = tuple[Sequence[str], str | None]  # gold answers, prediction; None is a missing one, which scores 0

MLQA_ARTICLES = {
    "en": r"\b(a|an|the)\b",
    "es": r"\b(un|una|unos|unas|el|la|los|las)\b",
    "de": r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b",
    "vi": r"\b(của|là|cái|chiếc|những)\b",
    # official: meant as a prefix, but the pattern's first alternative can never match, so it cuts inside words too.
    "ar": "\\sال^|ال",
    "hi": None,
    "zh": None,
}
MLQA_CORRECTED_ARTICLES = {**MLQA_ARTICLES, "ar": r"\bال"}
HAN = re.compile("[\u4e00-\u9fa5]")
NULL_THRESHOLD = 0.0  # abstain where "no answer" scores higher than the best span (jiant, `null_score_diff_threshold`)
UNSPACED = ("ja", "ko", "th", "zh")  # where whitespace tokens are no measure of overlap (xtreme#28)


def normalise(text: str) -> str:
    """SQuAD v1.1: lower case, ASCII punctuation deleted, English articles out, blanks collapsed.

    official: the same for every language; no segmentation, no Unicode normalisation, other punctuation stays."""
    text = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def normalise_mlqa(text: str, language: str, corrected: bool = False) -> str:
    """MLQA: all Unicode punctuation deleted, the language's articles out, Chinese split into characters.

    `corrected`: the Arabic article goes only as a prefix, Vietnamese is brought to NFC before its articles go."""
    if language not in MLQA_ARTICLES:
        raise InputError(f"MLQA's rule has no language '{language}', only {', '.join(MLQA_ARTICLES)}")
    if corrected and language == "vi":
        text = unicodedata.normalize("NFC", text)
    text = "".join(character for character in text.lower() if not _is_punctuation(character))
    articles = (MLQA_CORRECTED_ARTICLES if corrected else MLQA_ARTICLES)[language]
    if articles:
        text = re.sub(articles, " ", text)
    if language == "zh":
        text = HAN.sub(r" \g<0> ", text)
    return " ".join(text.split())


def exact(prediction: str, answer: str, normaliser: Normaliser = normalise) -> float:
    """1.0 if both are the same once normalised."""
    return float(normaliser(prediction) == normaliser(answer))


def overlap(prediction: str, answer: str, normaliser: Normaliser = normalise, empty: float = 0.0) -> float:
    """F1 over the multisets of tokens; `empty` is the value where both sides have none.

    official: `empty` is 0, so an answer that normalises to nothing ("the") can have EM 1 and F1 0."""
    found, wanted = normaliser(prediction).split(), normaliser(answer).split()
    if not found and not wanted:
        return empty
    common = sum((Counter(found) & Counter(wanted)).values())
    if not common:
        return 0.0
    precision, recall = common / len(found), common / len(wanted)
    return 2 * precision * recall / (precision + recall)


def squad(pairs: Sequence[Answered], language: str) -> dict[str, float]:
    """SQuAD v1.1 over (gold answers, prediction): the best gold answer counts, for EM and F1 separately."""
    scores = {
        "em": _mean(pairs, lambda text, gold: exact(text, gold)),
        "f1": _mean(pairs, lambda text, gold: overlap(text, gold)),
        "f1_corrected": _mean(pairs, lambda text, gold: overlap(text, gold, empty=1.0)),
    }
    if language in UNSPACED:
        scores["f1_characters"] = _mean(pairs, lambda text, gold: overlap(text, gold, _characters, empty=1.0))
    return scores


def mlqa(pairs: Sequence[Answered], language: str) -> dict[str, float]:
    """MLQA over (gold answers, prediction); `language` is that of the context and so of the answer, or begins with it:
    de-en is a German context with an English question."""
    language = language.partition("-")[0]

    def official(text: str) -> str:
        return normalise_mlqa(text, language)

    def corrected(text: str) -> str:
        return normalise_mlqa(text, language, corrected=True)

    return {
        "em": _mean(pairs, lambda text, gold: exact(text, gold, official)),
        "f1": _mean(pairs, lambda text, gold: overlap(text, gold, official)),
        "em_corrected": _mean(pairs, lambda text, gold: exact(text, gold, corrected)),
        "f1_corrected": _mean(pairs, lambda text, gold: overlap(text, gold, corrected, empty=1.0)),
    }


@dataclass(frozen=True)
class Question:
    """One question of SQuAD v2.0 with its answer."""

    answers: Sequence[str]  # none: it cannot be answered
    prediction: str | None  # "" abstains; None is a missing one
    no_answer: float = 0.0  # how surely there is no answer, on any scale: null logit minus best span logit


def squad_v2(questions: Sequence[Question], threshold: float = NULL_THRESHOLD) -> dict[str, float]:
    """SQuAD v2.0: EM and F1 where a `no_answer` above `threshold` stands for "", and the best that a threshold gives.

    The official program stops at a missing prediction; here it scores 0, whatever the threshold.
    official: see `best`; `best_em_corrected` and `best_f1_corrected` are what the best threshold really gives."""
    if not questions:
        raise InputError("found no questions, expected at least one")
    if any(math.isnan(question.no_answer) for question in questions):
        raise InputError("found a no-answer score that is not a number")
    scores: dict[str, float] = {}
    for name, measure in (("em", exact), ("f1", lambda text, gold: overlap(text, gold, empty=1.0))):
        raw = [_v2(question, measure) for question in questions]
        own = [_abstaining(question, value, threshold) for question, value in zip(questions, raw)]
        scores[name] = 100 * sum(own) / len(own)
        for kind, answerable in (("answerable", True), ("unanswerable", False)):
            part = [value for question, value in zip(questions, own) if bool(question.answers) == answerable]
            if part:
                scores[f"{name}_{kind}"] = 100 * sum(part) / len(part)
        scores[f"best_{name}"], scores[f"best_{name}_threshold"] = best(questions, raw)
        scores[f"best_{name}_corrected"] = _best_corrected(questions, raw)
    return scores


def best(questions: Sequence[Question], raw: Sequence[float]) -> tuple[float, float]:
    """(highest mean x 100, threshold) of a walk from "never answer" up the no-answer scores (`find_best_thresh`).

    official: with equal no-answer scores it finds the best *part* of them, which no threshold can choose (jiant sets
    all of them to 0); any words for an unanswerable question count -1, even if they normalise to nothing; "never
    answer" goes by the name of threshold 0, also where scores are below 0."""
    running = float(sum(not question.answers and question.prediction is not None for question in questions))
    highest, chosen = running, 0.0
    for question, value in sorted(zip(questions, raw), key=lambda one: one[0].no_answer):
        running += value if question.answers else -bool(question.prediction)
        if running > highest:
            highest, chosen = running, question.no_answer
    return 100 * highest / len(questions), chosen


def _best_corrected(questions: Sequence[Question], raw: Sequence[float]) -> float:
    """The highest mean x 100 among all thresholds, equal no-answer scores taken together."""
    highest = running = math.fsum(_abstaining(question, value, -math.inf) for question, value in zip(questions, raw))
    ordered = sorted(zip(questions, raw), key=lambda one: one[0].no_answer)
    for _, members in groupby(ordered, key=lambda one: one[0].no_answer):
        running += math.fsum(value - _abstaining(question, value, -math.inf) for question, value in members)
        highest = max(highest, running)
    return 100 * highest / len(questions)


def _abstaining(question: Question, value: float, threshold: float) -> float:
    """A question's score where it is left unanswered if `no_answer` is above the threshold."""
    if question.no_answer <= threshold or question.prediction is None:
        return value
    return float(not question.answers)


def _v2(question: Question, measure: Callable[[str, str], float]) -> float:
    """The best gold answer of those that are left when normalised, or "" if there is none."""
    text = question.prediction
    answers = [answer for answer in question.answers if normalise(answer)] or [""]
    return 0.0 if text is None else max(measure(text, answer) for answer in answers)


METRICS = {"squad": squad, "mlqa": mlqa}
VARIANTS = {
    "squad": "official (SQuAD v1.1)",
    "mlqa": "official (MLQA v1)",
    "squad_v2": "official (SQuAD v2.0)",
    "failure_rate": "official (MultiCheckList)",
}


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> dict[str, float]:
    """Scores of one language, 0-100, over all questions; SQuAD v2.0 needs a column `no_answer` beside `prediction`."""
    if task.metric not in VARIANTS:
        raise InputError(f"{task.name}: unknown metric '{task.metric}', expected one of {', '.join(VARIANTS)}")
    pairs = pair(gold, predicted)
    if task.metric == "squad_v2":
        for row, answer in pairs:
            if "no_answer" not in answer:
                raise InputError(f"question '{row['id']}': found no score `no_answer` with its prediction")
        return squad_v2([Question(row["answers"], answer["prediction"], answer["no_answer"]) for row, answer in pairs])
    unanswered = [row["id"] for row in gold if not row["answers"]]
    if unanswered:
        raise InputError(f"question '{unanswered[0]}' has no gold answer")
    if task.metric == "failure_rate":
        return failure_rates(pairs, language)
    return METRICS[task.metric]([(row["answers"], answer["prediction"]) for row, answer in pairs], language)


def main(scores: dict[str, float]) -> float:
    """The figure that XTREME averages: the mean of EM and F1. Of MultiCheckList, which it does not: what passed."""
    if "failure" in scores:
        return 100 - scores["failure"]
    return (scores["em"] + scores["f1"]) / 2


def chance(task: Prepared, gold: Sequence[Row]) -> float:
    """What never answering gets: the share of the questions that have no answer."""
    return 100 * sum(not row["answers"] for row in gold) / len(gold)


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold (punctuation is as this Unicode version has it)."""
    return {
        "metric": task.metric, "variant": VARIANTS[task.metric], "scorer": f"span {VERSION}",
        "unicode": unicodedata.unidata_version,
    }  # fmt: skip


def _mean(pairs: Sequence[Answered], measure: Callable[[str, str], float]) -> float:
    if not all(answers for answers, _ in pairs) or not pairs:
        raise InputError(
            f"found {'a question without a gold answer' if pairs else 'no questions'}, expected one or more"
        )
    scores = (0.0 if text is None else max(measure(text, answer) for answer in answers) for answers, text in pairs)
    return 100 * sum(scores) / len(pairs)


def _characters(text: str) -> str:
    return " ".join(normalise(text).replace(" ", ""))


@cache
def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")
