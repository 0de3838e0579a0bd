"""The quality of a translator is sacreBLEU's chrF2: known figures, so that another version cannot change it unseen."""

from __future__ import annotations

import pytest
from sacrebleu.metrics.chrf import CHRF

from xstilts.translation.signature import chrf2

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
    metric = CHRF(beta=3, whitespace=True)
    assert metric.corpus_score([hypothesis], [[reference]]).score == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("hypotheses", "references", "expected"), CORPORA)
def test_corpora(hypotheses: list[str], references: list[str], expected: float) -> None:
    assert CHRF(beta=3).corpus_score(hypotheses, [references]).score == pytest.approx(expected, abs=1e-4)


def test_beta_2_and_no_blanks_by_hand() -> None:
    """Two orders: "abc" has 1-grams a b c and 2-grams ab bc, "ab d" a b d and ab bd: 2/3 and 1/2 of them, both ways."""
    score, signature = chrf2(["ab c"], ["ab d"])
    assert score == pytest.approx(100 * (2 / 3 + 1 / 2 + 0) / 3)
    assert signature.startswith("chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.")


def test_orders_that_a_short_reference_does_not_have_do_not_count() -> None:
    """ "wxyz" for "w": its three 2-grams are not held against a reference that has none. Own code once did so."""
    long = "abcdefgh"
    short, _ = chrf2(["wxyz", long], ["w", long])
    precision = (9 / 12 + 1 + 1 + 1 + 1 + 1) / 6
    assert short == pytest.approx(100 * 5 * precision * 1 / (4 * precision + 1))


def test_a_corpus_is_not_the_mean_of_its_sentences() -> None:
    one, two = ("ab", "ab"), ("abcdefghij", "abcdeklmno")
    together, _ = chrf2([one[0], two[0]], [one[1], two[1]])
    assert together != pytest.approx((chrf2([one[0]], [one[1]])[0] + chrf2([two[0]], [two[1]])[0]) / 2)
