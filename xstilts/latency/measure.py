"""The measurement itself: who answers when, and how long it takes. A test brings a clock of its own."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
Clock = Callable[[], float]  # seconds, from any beginning


def measure(
    models: Sequence[Callable[[Item], object]], items: Sequence[Item], rounds: int, warm_up: int,
    order: np.random.Generator, clock: Clock,
) -> np.ndarray:  # fmt: skip
    """Seconds by model, round and item, shape (models, rounds, items); `warm_up` rounds come first and are not counted.

    Every item is answered by all models, one after the other, before the next item comes: when the machine becomes
    slower, it does so for all. Each time the order of the models is drawn anew, so that none is always behind the same
    other one, which leaves the caches in its own way."""
    seconds = np.empty((len(models), rounds, len(items)))
    with _no_garbage_collection():
        for number in range(-warm_up, rounds):
            for place, item in enumerate(items):
                for model in order.permutation(len(models)):
                    begin = clock()
                    models[model](item)
                    end = clock()
                    if number >= 0:
                        seconds[model, number, place] = end - begin
    return seconds


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """It would stop one model or another for some milliseconds."""
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
