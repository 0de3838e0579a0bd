"""Perplexity. Expected values: shared metrics handbook section 11."""

from __future__ import annotations

import math

import pytest

from xstilts.errors import InputError
from xstilts.families.mlm.scoring.score import perplexity


def test_batches_and_tokens() -> None:
    expected = {"perplexity": 20.0855, "perplexity_corrected": 33.1155}
    assert perplexity([(2.0, 10), (4.0, 30)]) == pytest.approx(expected, abs=1e-4)


def test_equal_batches_make_no_difference() -> None:
    scores = perplexity([(2.0, 7), (4.0, 7)])
    assert scores["perplexity"] == scores["perplexity_corrected"]


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([], "found no batches"),
        ([(1.0, 2), (math.nan, 3)], "batch 2: found the loss nan over 3 masked tokens"),
        ([(1e4, 1)], "found a mean loss of 10000 nats: no number holds such a perplexity"),
        ([(1.0, 0)], "batch 1: found the loss 1.0 over 0 masked tokens"),
    ],
)
def test_what_has_no_perplexity_is_refused(batches: list[tuple[float, int]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        perplexity(batches)
