"""Sentence pairs: inference (MNLI, XNLI) and paraphrase (PAWS-X).

Inference. Premise and hypothesis tell of the same agent, act and thing, and each has one slot more (place, day or
hour). The same slot with the same value is entailment, with another value contradiction; another slot is neutral. Slots
and values have the same distribution on both sides in all three classes, so that neither side alone says anything about
the label. (With more slots and relations a model of this size learnt none of them.)

Paraphrase. Who did something to whom, told again with the adverbials in another place; in half of the pairs the two
have changed roles. The words of both sentences are the same in both classes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stages.miniature import lexicon
from stages.miniature.events import Draw, Event
from stages.miniature.plans import Line, told

LABELS = ("contradiction", "entailment", "neutral")
SLOTS = ("place", "day", "hour")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences and what the first says about the second."""

    first: Line
    second: Line
    label: str


def inference(draw: Draw, label: str) -> Pair:
    """A premise and a hypothesis with this label."""
    asked, other = draw.some(SLOTS, 2)
    full = draw.act(0.5, SLOTS)
    shown = other if label == "neutral" else asked
    premise = full.without(*(slot for slot in SLOTS if slot != shown))
    hypothesis = full.without(*(slot for slot in SLOTS if slot != asked))
    if label == "contradiction":
        hypothesis = hypothesis.changed(asked, draw.other(asked, hypothesis.value(asked)))
    return Pair(told(premise, draw.one((0, 0, 1))), told(hypothesis, 0, definite=True), label)


def paraphrase(draw: Draw, label: str) -> Pair:
    """Who did what to whom, and the same told again, with the roles changed if the label is 0."""
    named = draw.first if draw.chance(0.5) else lexicon.CONCEPTS["person"]
    one, two = draw.some(named, 2)
    slot = draw.one(SLOTS)
    where_or_when = draw.act(0.5, (slot,))
    event = Event("see", one, draw.one(lexicon.PERSON_VERBS), patient=two, place=where_or_when.place,
                  day=where_or_when.day, hour=where_or_when.hour)  # fmt: skip
    again = event if label == "1" else replace(event, agent=two, patient=one)
    first = draw.one((0, 1))
    return Pair(told(event, first), told(again, 1 - first), label)
