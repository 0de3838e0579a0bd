"""Exact match and F1 of answer texts: the SQuAD v1.1 rule (XQuAD, TyDiQA-GoldP) and MLQA's rule per language.

Written from xtreme `third_party/evaluate_squad.py` and `third_party/evaluate_mlqa.py` (@838c13b). The decoder matters
as much as the rule: its name comes with the predictions and stands in the cell's signature.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from stages.common.errors import InputError
from stages.common.pairing import pair
from stages.common.prepared import Prepared
from stages.common.task import Row
from stages.families.span.checklist import failure_rates

VERSION = "1"  # part of every cell's signature: raise it when a number can change

Normaliser = Callable[[str], str]

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


def squad(pairs: Sequence[tuple[Sequence[str], str]], language: str) -> dict[str, float]:
    """SQuAD v1.1 over (gold answers, prediction): the best gold answer counts, for EM and F1 separately."""
    scores = {
        "em": _mean(pairs, lambda text, gold: exact(text, gold)),
        "f1": _mean(pairs, lambda text, gold: overlap(text, gold)),
        "f1_corrected": _mean(pairs, lambda text, gold: overlap(text, gold, empty=1.0)),
    }
    if language in UNSPACED:
        scores["f1_characters"] = _mean(pairs, lambda text, gold: overlap(text, gold, _characters, empty=1.0))
    return scores


def mlqa(pairs: Sequence[tuple[Sequence[str], str]], language: str) -> dict[str, float]:
    """MLQA over (gold answers, prediction); `language` is that of the context and so of the answer."""

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


METRICS = {"squad": squad, "mlqa": mlqa}
RULES = {
    "squad": "official (SQuAD v1.1)",
    "mlqa": "official (MLQA v1)",
    "failure_rate": "official (MultiCheckList)",
}


def score(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> dict[str, float]:
    """Scores of one language, 0-100, over all questions."""
    if task.metric not in RULES:
        raise InputError(f"{task.name}: unknown metric '{task.metric}', expected one of {', '.join(RULES)}")
    pairs = pair(gold, predicted)
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
    """Never answering gets nothing."""
    return 0.0


def signature(task: Prepared) -> dict[str, str]:
    """What the scores depend on besides predictions and gold (punctuation is as this Unicode version has it)."""
    return {
        "metric": task.metric, "variant": RULES[task.metric], "scorer": f"span {VERSION}",
        "unicode": unicodedata.unidata_version,
    }  # fmt: skip


def _mean(pairs: Sequence[tuple[Sequence[str], str]], measure: Callable[[str, str], float]) -> float:
    return 100 * sum(max(measure(text, answer) for answer in answers) for answers, text in pairs) / len(pairs)


def _characters(text: str) -> str:
    return " ".join(normalise(text).replace(" ", ""))


@cache
def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")
