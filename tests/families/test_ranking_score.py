"""Rankings. Expected values: shared metrics handbook section 10; more of them, with provenance, in tests/golden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.families.retrieval.scoring.ranking import average_precision, reciprocal_rank

ITEMS = st.sampled_from("abcdefgh")


@pytest.mark.parametrize(
    ("relevant", "ranking", "k", "expected"),
    [("47", "417", 3, 0.8333), ("47", "417", 2, 0.5), ("123", "918273", 20, 0.5), ("47", "123", 20, 0)],
)
def test_average_precision(relevant: str, ranking: str, k: int, expected: float) -> None:
    assert average_precision(set(relevant), list(ranking), k) == pytest.approx(expected, abs=1e-4)


def test_the_divisor_is_at_most_k() -> None:
    relevant = [str(number) for number in range(30)]
    assert average_precision(relevant[:11], ["0"]) == pytest.approx(0.0909, abs=1e-4)
    assert average_precision(relevant, relevant, k=20) == 1


def test_a_repeated_relevant_item_is_one() -> None:
    assert average_precision(["4", "4"], ["4"]) == 1


def test_reciprocal_rank() -> None:
    others = [f"Q{number}" for number in range(20)]
    values = [
        reciprocal_rank("x", ["x"]),
        reciprocal_rank("x", ["y", "x"]),
        reciprocal_rank("x", [*others, "x"]),
        reciprocal_rank("x", []),
    ]
    assert values == [1, 0.5, 0, 0]
    assert sum(values) / 4 == 0.375


@pytest.mark.parametrize("k", [0, -1])
def test_what_cannot_be_scored_is_refused(k: int) -> None:
    """Of k = 0 the official program makes no limit, of a negative one a cut from the end."""
    with pytest.raises(InputError, match=f"k = {k}, expected at least 1"):
        average_precision(["a"], ["a"], k)
    with pytest.raises(InputError, match=f"k = {k}, expected at least 1"):
        reciprocal_rank("a", ["a"], k)
    with pytest.raises(InputError, match="nothing relevant"):
        average_precision([], ["a"])


@given(st.sets(ITEMS, min_size=1), st.lists(ITEMS, unique=True), st.integers(1, 10))
def test_one_relevant_item_makes_both_the_same(relevant: set[str], ranking: list[str], k: int) -> None:
    only = min(relevant)
    assert average_precision({only}, ranking, k) == reciprocal_rank(only, ranking, k)
    assert 0 <= average_precision(relevant, ranking, k) <= 1
