"""chrF2 (Popović 2015): how much a translation shares with a reference, as character n-grams.

As sacreBLEU 2 computes it (`nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no`), which is not among the dependencies: its
own published figures are the known answers in the tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

ORDER = 6
SIGNATURE = "chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no"


def chrf(hypotheses: Sequence[str], references: Sequence[str], beta: float = 2.0, whitespace: bool = False) -> float:
    """The score of a corpus, 0 to 100: precision and recall are averaged over the orders that both sides have.

    Blanks do not count unless `whitespace` says so."""
    totals = [[0, 0, 0] for _ in range(ORDER)]  # n-grams of the hypotheses, of the references, of both
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        if not whitespace:
            hypothesis, reference = "".join(hypothesis.split()), "".join(reference.split())
        for size in range(1, ORDER + 1):
            found, wanted = _ngrams(hypothesis, size), _ngrams(reference, size)
            for i, value in enumerate((found.total(), wanted.total(), (found & wanted).total())):
                totals[size - 1][i] += value
    orders = [(both / found, both / wanted) for found, wanted, both in totals if found and wanted]
    if not orders:
        return 0.0
    precision, recall = (sum(values) / len(orders) for values in zip(*orders))
    if not precision + recall:
        return 0.0
    weight = beta * beta
    score: float = 100 * (1 + weight) * precision * recall / (weight * precision + recall)
    return score


def _ngrams(text: str, size: int) -> Counter[str]:
    return Counter(text[i : i + size] for i in range(len(text) - size + 1))
