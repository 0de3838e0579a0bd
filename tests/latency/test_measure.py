"""Who answers when, and which times count: with a clock that stands still until a model moves it."""

from __future__ import annotations

import gc
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from xstilts.latency.measure import measure


class Clock:
    """Seconds that pass only when somebody says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Machine:
    """Models that take `seconds[model] * item`, and note who answered what."""

    def __init__(self, *seconds: float) -> None:
        self.clock, self.calls = Clock(), list[tuple[int, int]]()
        self.models = [lambda item, one=number: self.answer(one, seconds[one], item) for number in range(len(seconds))]

    def answer(self, model: int, seconds: float, item: int) -> None:
        assert not gc.isenabled()
        self.calls.append((model, item))
        self.clock.now += seconds * item


def test_times_are_those_of_the_model_and_the_item() -> None:
    machine = Machine(0.5, 2.0, 0.25)
    found = measure(machine.models, [1, 10, 4], 2, 3, np.random.default_rng(1), machine.clock)
    expected = np.outer([0.5, 2.0, 0.25], [1, 10, 4])
    assert found.shape == (3, 2, 3)
    np.testing.assert_allclose(found, np.stack([expected, expected], axis=1))
    assert gc.isenabled()


def test_each_item_goes_to_all_models_before_the_next_comes() -> None:
    machine = Machine(1.0, 1.0, 1.0, 1.0)
    items = [1, 2, 3, 4, 5, 6]
    measure(machine.models, items, 30, 1, np.random.default_rng(1), machine.clock)
    blocks = [machine.calls[start : start + 4] for start in range(0, len(machine.calls), 4)]
    assert [{item for _, item in block} for block in blocks] == [{item} for item in items] * 31
    assert all(sorted(model for model, _ in block) == [0, 1, 2, 3] for block in blocks)
    places = Counter((place, model) for block in blocks for place, (model, _) in enumerate(block))
    assert min(places.values()) > 0.6 * len(blocks) / 4, "each model is about as often first as last"
    behind = Counter((one[0], other[0]) for block in blocks for one, other in pairwise(block))
    assert len(behind) == 12 and min(behind.values()) > 0.6 * 3 * len(blocks) / 12, "and behind each other one"


def test_the_order_is_that_of_the_generator() -> None:
    calls = []
    for seed in (1, 1, 2):
        machine = Machine(1.0, 1.0, 1.0)
        measure(machine.models, [1, 2, 3], 4, 0, np.random.default_rng(seed), machine.clock)
        calls.append(machine.calls)
    assert calls[0] == calls[1] != calls[2]


@pytest.mark.parametrize("warm_up", [0, 1, 3])
def test_the_warm_up_is_done_and_not_counted(warm_up: int) -> None:
    """The first calls take long, as those that compile do: as many rounds as are asked for hide them."""
    clock, calls = Clock(), list[int]()

    def model(item: int) -> None:
        calls.append(item)
        clock.now += 100.0 if len(calls) <= 3 * warm_up else 1.0

    found = measure([model], [1, 2, 3], 2, warm_up, np.random.default_rng(1), clock)
    assert calls == [1, 2, 3] * (2 + warm_up) and found.tolist() == [[[1.0] * 3] * 2]


def test_garbage_is_collected_again_after_an_error() -> None:
    def model(item: int) -> None:
        raise ValueError(item)

    with pytest.raises(ValueError, match="1"):
        measure([model], [1], 1, 0, np.random.default_rng(1), Clock())
    assert gc.isenabled()
