"""The world: its generators, and the content that evaluation keeps for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from xstilts.errors import InputError
from xstilts.miniature.events import Draw, Event
from xstilts.miniature.plans import Line
from xstilts.seeding import Seeds

T = TypeVar("T")

DEFAULTS: Mapping[str, Any] = {
    "seed": 1,
    "items": 200,  # of each development and test set, in each language
    "tatoeba": 250, "bucc": 300, "bucc_gold": 80,  # pairs; sentences a side; gold pairs among them
    "mnli": 9000, "pawsx": 8000, "hellaswag": 4000, "squad": 8000, "tydiqa": 200,  # training examples
    "udpos": 1000, "panx": 1000,
    "mono": 5000, "mixed": 2000, "parallel": 12000,  # documents a language, mixed and translated sentences
    "switching": 0.5,  # share of content words that a mixed sentence takes from other languages
    "documents": {"story": 0.12, "life": 0.1, "answered": 0.25, "twice": 0.18, "settled": 0.35},
    "translations": {"line": 0.7, "entries": 0.3},
    "habit": 0.6,  # how often things in raw text meet what they usually meet; evaluation sets know no habits
    "squad_v2": 6000, "ccg": 1000,  # more training examples
    "snli": 3000, "anli": 800, "qqp": 4000, "cosmosqa": 2000, "csqa": 2000,  # training examples; ANLI: a round
    "marked": 15000,  # sentences to train a translator on
}  # fmt: skip
"""Sizes and shares; `miniature.world` in params.yaml may change any of them."""
Content = frozenset[Event]
"""What one statement says, in whatever order, words or language."""


def contents(lines: Iterable[Line]) -> set[Content]:
    """What the statements among the lines say."""
    return {frozenset(line.events) for line in lines if not line.asks and line.events}


class World:
    """Everything that is drawn comes from a generator named after (world seed, purpose).

    Evaluation items are drawn first and their content is held back: no training example and no raw text says the same,
    whatever the words, the order and the language. `sentences` has their texts, language by language, for the check of
    what is written. Data sets whose evaluation items are drawn later leave out what training sets have said by then."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        unknown = sorted(set(settings) - set(DEFAULTS))
        if unknown:
            known = ", ".join(DEFAULTS)
            raise InputError(f"params.yaml: miniature.world: unknown {unknown[0]}, expected among {known}")
        self.settings = {**DEFAULTS, **settings}
        self.seeds = Seeds(int(self.settings["seed"]))
        self.held: set[Content] = set()
        self.trained: set[Content] = set()
        self.sentences: dict[str, set[str]] = {}

    def size(self, name: str) -> int:
        """A size from the settings."""
        return int(self.settings[name])

    def draw(self, *purpose: object, names_step: int = 1, habit: float = 0.0) -> Draw:
        """A drawer of events for a purpose; with `names_step` 2 it knows every second name only."""
        return Draw(self.seeds.numpy("world", *purpose), names_step, habit)

    def held_out(self, count: int, make: Callable[[int], T], lines: Callable[[T], Sequence[Line]],
                 languages: Sequence[str]) -> list[T]:  # fmt: skip
        """`count` different evaluation items for these languages; what they say is held back from all other text."""
        items = _different(count, make, lines, lambda told: not contents(told) & self.trained)
        for item in items:
            told = lines(item)
            self.held |= contents(told)
            for language in languages:
                texts = self.sentences.setdefault(language, set())
                texts.update(line.text(language) for line in told if line.events)
        return items

    def training(self, count: int, make: Callable[[int], T], lines: Callable[[T], Sequence[Line]]) -> list[T]:
        """`count` different items that say nothing that is held back."""
        items = _different(count, make, lines, lambda told: not contents(told) & self.held)
        self.trained |= {content for item in items for content in contents(lines(item))}
        return items


def _different(count: int, make: Callable[[int], T], lines: Callable[[T], Sequence[Line]],
               allowed: Callable[[Sequence[Line]], bool]) -> list[T]:  # fmt: skip
    items: list[T] = []
    seen: set[tuple[Line, ...]] = set()
    tries = 0
    while len(items) < count:
        item = make(len(items))
        told = tuple(lines(item))
        tries += 1
        if tries > 50 * count + 1000:
            raise AssertionError(f"the world is too small for {count} different items")
        if told not in seen and allowed(told):
            seen.add(told)
            items.append(item)
    return items
