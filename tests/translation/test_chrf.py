"""chrF2 against the figures that sacreBLEU's own tests hold."""

from __future__ import annotations

import pytest

from xstilts.translation.chrf import chrf

# mjpost/sacrebleu test/test_chrf.py @0dca9d48 (beta 3, no smoothing as by default): `test_cases_effective_order` ...
CORPORA = [
    (["a"], ["a"], 100.0),
    ([""], ["reference"], 0.0),
    (["a b c"], ["a b c"], 100.0),
    (["a b c"], ["abc"], 100.0),
    ([""], ["c"], 0.0),
    (["a", "b"], ["a", "c"], 50.0),
    (["aa"], ["ab"], 25.0),
]
# ... and `test_cases_keep_whitespace`.
WITH_BLANKS = [
    (
        "Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.",
        "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.",
        67.3481606,
    ),
    (
        "risk assessment must be made of those who are qualified and expertise in the sector "
        "- these are the scientists .",
        "risk assessment has to be undertaken by those who are qualified and expert in that area "
        "- that is the scientists .",
        65.2414427,
    ),
]


@pytest.mark.parametrize(("hypothesis", "reference", "expected"), WITH_BLANKS)
def test_with_blanks(hypothesis: str, reference: str, expected: float) -> None:
    assert chrf([hypothesis], [reference], beta=3, whitespace=True) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("hypotheses", "references", "expected"), CORPORA)
def test_corpora(hypotheses: list[str], references: list[str], expected: float) -> None:
    assert chrf(hypotheses, references, beta=3) == pytest.approx(expected, abs=1e-4)


def test_beta_2_and_no_blanks_by_hand() -> None:
    """Two orders: "ab c" has 1-grams a b c and 2-grams ab bc, "ab" has a b and ab; precisions 2/3, 1/2, recalls 1."""
    precision, recall = (2 / 3 + 1 / 2) / 2, 1.0
    assert chrf(["ab c"], ["ab"]) == pytest.approx(100 * 5 * precision * recall / (4 * precision + recall))


def test_a_corpus_is_not_the_mean_of_its_sentences() -> None:
    one, two = ("ab", "ab"), ("abcdefghij", "abcdeklmno")
    together = chrf([one[0], two[0]], [one[1], two[1]])
    assert together != pytest.approx((chrf([one[0]], [one[1]]) + chrf([two[0]], [two[1]])) / 2)
