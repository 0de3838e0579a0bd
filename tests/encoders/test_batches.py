"""Orders and batches: every example exactly once an epoch, the same from the same seed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.encoders.batches import IGNORE, Example, inputs, pad, token_batches
from xstilts.errors import InputError
from xstilts.seeding import Seeds
from xstilts.training.lessons import subset
from xstilts.training.order import MEGA_BATCH, grouped_batches

LENGTHS = st.lists(st.integers(1, 200), min_size=1, max_size=300)


@settings(max_examples=50, deadline=None)
@given(LENGTHS, st.integers(1, 40), st.integers(1, 3), st.integers(0, 5))
def test_every_index_once_an_epoch(lengths: list[int], batch: int, epochs: int, seed: int) -> None:
    plan = grouped_batches(lengths, batch, epochs, Seeds(seed))
    steps = -(-len(lengths) // batch)
    assert len(plan) == steps * epochs
    for epoch in range(epochs):
        own = plan[epoch * steps : (epoch + 1) * steps]
        assert sorted(int(i) for step in own for i in step) == list(range(len(lengths)))
        sizes = sorted((len(step) for step in own), reverse=True)
        assert sizes[:-1] == [batch] * (steps - 1) and 0 < sizes[-1] <= batch


@settings(max_examples=20, deadline=None)
@given(LENGTHS, st.integers(1, 40))
def test_the_order_depends_on_the_seed_alone(lengths: list[int], batch: int) -> None:
    once, again = (grouped_batches(lengths, batch, 2, Seeds(4)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
    longer = grouped_batches(lengths, batch, 3, Seeds(4))
    assert all(np.array_equal(a, b) for a, b in zip(once, longer)), "a longer training begins in the same way"


def test_epochs_and_seeds_differ() -> None:
    plan = grouped_batches([5] * 100, 10, 2, Seeds(1))
    assert not np.array_equal(np.concatenate(plan[:10]), np.concatenate(plan[10:]))
    assert not np.array_equal(np.concatenate(plan), np.concatenate(grouped_batches([5] * 100, 10, 2, Seeds(2))))


def test_lengths_meet_their_like() -> None:
    lengths: list[int] = np.random.default_rng(0).integers(5, 200, 4 * MEGA_BATCH).tolist()
    padded = sum(len(step) * max(lengths[i] for i in step) for step in grouped_batches(lengths, 4, 1, Seeds(1)))
    assert padded < 1.06 * sum(lengths)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 200), max_size=300), st.integers(1, 1000))
def test_token_batches_hold_what_fits(lengths: list[int], tokens: int) -> None:
    batches = token_batches(lengths, tokens)
    assert sorted(int(i) for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= tokens
    for batch, after in pairwise(batches):
        assert (len(batch) + 1) * lengths[after[0]] > tokens, "the next one would not fit"


def test_padding() -> None:
    assert pad([[5, 6], [7]], 1).tolist() == [[5, 6], [7, 1]]
    batch = inputs([[5, 6], [7]], 1)
    assert batch["attention_mask"].tolist() == [[1, 1], [1, 0]] and batch["input_ids"].dtype == torch.long
    # An example may hold the padding token itself: the mask comes from lengths.
    assert inputs([[5, 1], [7]], 1)["attention_mask"].tolist() == [[1, 1], [1, 0]]


def test_length_of_an_example() -> None:
    assert Example([1, 2, 3]).length == 3 and not Example([1, 2, 3]).nested
    assert Example([[1, 2], [3, 4, 5]]).length == 3 and Example([[1], [2]]).nested
    assert torch.nn.CrossEntropyLoss().ignore_index == IGNORE


@given(st.integers(1, 50), st.integers(1, 50))
def test_a_smaller_subset_is_part_of_a_larger_one(one: int, other: int) -> None:
    rows = [{"id": str(n)} for n in range(50)]
    small, large = (subset([rows], size, Seeds(1)) for size in sorted((one, other)))
    names = [row["id"] for row in large]
    assert large[: len(small)] == small and len(set(names)) == len(names) == max(one, other)
    assert subset([rows], None, Seeds(1)) == rows


def test_a_subset_has_the_same_examples_in_every_language() -> None:
    english = [{"id": str(n), "language": "en"} for n in range(40)]
    german = [{"id": str(n), "language": "de"} for n in range(40) if n % 3]  # some were not placed
    chosen = subset([english, german], 12, Seeds(1))
    ids = {language: {row["id"] for row in chosen if row["language"] == language} for language in ("en", "de")}
    assert len(ids["en"]) == 12 and ids["de"] == {one for one in ids["en"] if int(one) % 3}
    assert subset([english], 12, Seeds(1)) == [row for row in chosen if row["language"] == "en"]
    with pytest.raises(InputError, match="max_examples 41, but the training set has 40 examples"):
        subset([english, german], 41, Seeds(1))
