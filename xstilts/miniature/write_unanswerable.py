"""SQuAD v2.0: stories as in SQuAD v1.1, and questions that they do not answer, in the published format."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xstilts.miniature import lexicon
from xstilts.miniature.events import Draw, Event
from xstilts.miniature.grammar import Telling
from xstilts.miniature.passages import scene
from xstilts.miniature.plans import Line, told
from xstilts.miniature.world import World
from xstilts.records.files import write_text

IMPOSSIBLE = 1 / 3  # share of the questions, as in the training set of SQuAD v2.0
SLOTS = ("agent", "object", "place", "day")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A question, the sentence of the passage that it is about, and whether that sentence answers it."""

    question: Line
    sentence: Line
    possible: bool


def doubtful(draw: Draw) -> tuple[Doubtful, ...]:
    """A story of two sentences and a question about each.

    The question is drawn first. What makes it impossible then happens to the sentence, so that no question tells by
    itself whether it has an answer."""
    events, found = scene(draw, 2), []
    for event in events:
        slot = draw.one([slot for slot in SLOTS if event.value(slot)])
        asked = event.without(*(other for other in ("place", "day") if other != slot and draw.chance(0.5)))
        possible = not draw.chance(IMPOSSIBLE)
        told_event = event if possible else _otherwise(draw, event, asked, slot, events)
        question = Line((asked,), how=Telling(definite=True), asks=slot)
        found.append(Doubtful(question, told(told_event, draw.one((0, 0, 1))), possible))
    return tuple(found)


def _otherwise(draw: Draw, event: Event, asked: Event, slot: str, events: Sequence[Event]) -> Event:
    """The event without what is asked for, or another event in one of the things that the question says of it."""
    if slot in ("place", "day") and draw.chance(0.5):
        return event.without(slot)
    said = draw.one([other for other in (*SLOTS, "verb") if other != slot and asked.value(other)])
    kinds = {
        "agent": (*draw.first, *lexicon.CONCEPTS["person"]), "object": lexicon.CONCEPTS["object"],
        "verb": lexicon.THING_VERBS, "day": lexicon.CONCEPTS["day"],
        # A city for a city: a market may be in Paris.
        "place": draw.cities if asked.place in draw.cities else lexicon.CONCEPTS["place"],
    }  # fmt: skip
    here = {one.value(said) for one in events}
    return event.changed(said, draw.one([value for value in kinds[said] if value not in here]))


def _lines(items: Sequence[Doubtful]) -> Sequence[Line]:
    return [item.sentence for item in items]


class Unanswerable:
    """SQuAD v2.0."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dev = world.held_out(-(-world.size("items") // 2), self._make("dev"), _lines, ("en",))

    def _make(self, split: str) -> Callable[[int], tuple[Doubtful, ...]]:
        draw = self.world.draw("unanswerable", split)
        return lambda i: doubtful(draw)

    def write(self, out: Path) -> None:
        """train-v2.0.json and dev-v2.0.json."""
        train = self.world.training(self.world.size("squad_v2") // 2, self._make("train"), _lines)
        for split, items in (("train", train), ("dev", self.dev)):
            paragraphs = [self._paragraph(item, f"{split} {number}") for number, item in enumerate(items)]
            document = {"version": "v2.0", "data": [{"title": "Stories", "paragraphs": paragraphs}]}
            write_text(out / "squad_v2" / f"{split}-v2.0.json", json.dumps(document, ensure_ascii=False) + "\n")

    def _paragraph(self, items: Sequence[Doubtful], name: str) -> dict[str, Any]:
        sentences = [item.sentence.told("en") for item in items]
        questions, at = [], 0
        for number, (item, sentence) in enumerate(zip(items, sentences, strict=True)):
            spans = [sentence.span(item.question.asks)] if item.sentence.events[0].value(item.question.asks) else []
            answers = [{"text": text, "answer_start": at + start} for start, text in spans]
            question = {
                "question": item.question.text("en"),
                "id": f"{self.world.seeds.integer('id', 'unanswerable', name, number):024x}",
                "answers": answers if item.possible else [],
                "is_impossible": not item.possible,
            }
            questions.append(question if item.possible else {"plausible_answers": answers, **question})
            at += len(sentence.text) + 1
        return {"qas": questions, "context": " ".join(sentence.text for sentence in sentences)}
