"""Sentence pairs: inference (MNLI, XNLI) and paraphrase (PAWS-X).

Inference. Premise and hypothesis tell of the same agent, act and thing, each with one slot more (a city or an hour),
and each says that it happened or that it did not. The same slot with the same polarity is entailment, with the other
polarity contradiction; the other slot is neutral. Slots and polarities have the same distribution on both sides in all
three classes, so that neither side alone says anything about the label. (Another value in the same slot as
contradiction was never learnt by a model of this size.)

Paraphrase. Who did something to whom, told again with the adverbials in another place; in half of the pairs the two
have changed roles. The words of both sentences are the same in both classes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from xstilts.miniature import lexicon
from xstilts.miniature.events import Draw, Event
from xstilts.miniature.plans import Line, told

LABELS = ("contradiction", "entailment", "neutral")
SLOTS = ("place", "day", "hour")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences and what the first says about the second."""

    first: Line
    second: Line
    label: str


def statements(draw: Draw) -> tuple[Event, Event]:
    """Somebody does something, told with a city or with an hour instead."""
    full = draw.act(0.5, ("hour",))
    hour, city = full, replace(full.without("hour"), place=draw.one(draw.cities))
    return (hour, city) if draw.chance(0.5) else (city, hour)


def judged(draw: Draw, asked: Event, other: Event, label: str) -> tuple[Event, Event]:
    """Premise and hypothesis with this label, out of what the hypothesis is about and of something else."""
    denied = draw.chance(0.5)
    opposite = draw.chance(0.5) if label == "neutral" else label == "contradiction"
    premise = replace(other if label == "neutral" else asked, denied=denied)
    return premise, replace(asked, denied=denied != opposite)


def inference(draw: Draw, label: str) -> Pair:
    """A premise and a hypothesis with this label."""
    premise, hypothesis = judged(draw, *statements(draw), label)
    return Pair(told(premise, draw.one((0, 1)), definite=True), told(hypothesis, 0, definite=True), label)


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
