"""Sentence pairs: inference (MNLI, XNLI) and paraphrase (PAWS-X).

Inference. Premise and hypothesis tell of the same agent, act and thing. The hypothesis has one more slot (colour, place, day
or hour): the premise has the same value there (entailment), another one (contradiction) or does not tell (neutral). Slot and
value of the hypothesis have the same distribution in all three classes, and so have the premise's two slots, so that
neither side alone says anything about the label.

Paraphrase. Two clauses told again in the other order; in half of the pairs two words have changed places between them. The
words of both sentences are the same in both classes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stages.miniature import lexicon
from stages.miniature.events import Draw, Event
from stages.miniature.plans import Line, told

LABELS = ("contradiction", "entailment", "neutral")
SLOTS = ("colour", "place", "day", "hour")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences and what the first says about the second."""

    first: Line
    second: Line
    label: str


def inference(draw: Draw, label: str) -> Pair:
    """A premise and a hypothesis with this label."""
    asked, *rest = draw.some(SLOTS, 3)
    full = draw.act(0.5, SLOTS)
    slots = (rest[0], rest[1]) if label == "neutral" else (asked, rest[0])
    premise = full.without(*(slot for slot in SLOTS if slot not in slots))
    hypothesis = full.without(*(slot for slot in SLOTS if slot != asked))
    if label == "contradiction":
        hypothesis = hypothesis.changed(asked, draw.other(asked, hypothesis.value(asked)))
    return Pair(told(premise, draw.one((0, 1))), told(hypothesis, draw.one((0, 2)), definite=True), label)


def _places(draw: Draw) -> tuple[Event, Event, Event, Event]:
    one, two = draw.some(draw.first, 2)
    here, there = (draw.some(draw.cities, 2) if draw.chance(0.5) else draw.some(lexicon.CONCEPTS["place"], 2))
    kind = draw.one(("be", "go", "come", "live"))
    first, second = (Event(kind, one, kind, place=here), Event(kind, two, kind, place=there))
    return first, second, replace(first, place=there), replace(second, place=here)


def _things(draw: Draw) -> tuple[Event, Event, Event, Event]:
    one, two = draw.some((*draw.first, *lexicon.CONCEPTS["person"]), 2)
    this, that = draw.some(lexicon.CONCEPTS["object"], 2)
    verb = draw.one(lexicon.THING_VERBS)
    first, second = Event("act", one, verb, ((this, ""),)), Event("act", two, verb, ((that, ""),))
    return first, second, first.changed("object", that), second.changed("object", this)


def paraphrase(draw: Draw, label: str) -> Pair:
    """Two clauses and the same in the other order, with a swap between them if the label is 0."""
    first, second, first_swapped, second_swapped = draw.one((_places, _things))(draw)
    again = (second, first) if label == "1" else draw.one(((second_swapped, first_swapped), (first_swapped, second_swapped)))
    return Pair(Line((first, second)), Line(again), label)
