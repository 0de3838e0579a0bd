"""Passages with questions: stories (SQuAD, XQuAD, MLQA), lives of people (TyDiQA); continuations (HellaSwag)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from xstilts.miniature import lexicon
from xstilts.miniature.events import Draw, Event
from xstilts.miniature.grammar import Telling
from xstilts.miniature.plans import Line, told


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one sentence of its passage."""

    line: Line
    slot: str
    sentence: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Statements, and questions whose answers are in them."""

    lines: tuple[Line, ...]
    questions: tuple[Question, ...]

    def rendered(self, language: str) -> tuple[str, list[tuple[str, int, str]]]:
        """The text, and (question, answer start, answer) for each question."""
        sentences = [line.told(language) for line in self.lines]
        starts, at = [], 0
        for sentence in sentences:
            starts.append(at)
            at += len(sentence.text) + 1
        asked = []
        for question in self.questions:
            start, answer = sentences[question.sentence].span(question.slot)
            asked.append((question.line.text(language), starts[question.sentence] + start, answer))
        return " ".join(sentence.text for sentence in sentences), asked


def scene(draw: Draw, count: int) -> list[Event]:
    """Events that differ in who, what and which."""
    people = draw.some((*draw.first, *lexicon.CONCEPTS["person"]), count)
    nouns, verbs = draw.some(lexicon.CONCEPTS["object"], count), draw.some(lexicon.THING_VERBS, count)
    places = draw.some((*draw.cities, *lexicon.CONCEPTS["place"]), count)
    days = draw.some(lexicon.CONCEPTS["day"], count)
    events = []
    for i in range(count):
        slots = draw.some(("place", "day"), 1 + draw.chance(0.3))
        events.append(Event("act", people[i], verbs[i], ((nouns[i], ""),), place=places[i] if "place" in slots else "",
                            day=days[i] if "day" in slots else ""))  # fmt: skip
    return events


def story(draw: Draw, questions: int) -> Passage:
    """An everyday passage of two sentences: who did what, where or when."""
    events = scene(draw, 2)
    lines = tuple(told(event, draw.one((0, 0, 1))) for event in events)
    slots = ("agent", "object", "place", "day")
    chances = [(i, slot) for i, event in enumerate(events) for slot in slots if event.value(slot)]
    asked = []
    for i, slot in draw.some(chances, questions):
        rest = events[i].without(*(s for s in ("place", "day") if s != slot and draw.chance(0.5)))
        asked.append(Question(Line((rest,), how=Telling(definite=True), asks=slot), slot, i))
    return Passage(lines, tuple(asked))


def life(draw: Draw, questions: int) -> Passage:
    """The lives of two people, as an encyclopedia tells them."""
    one, two = map(" ".join, zip(draw.some(draw.first, 2), draw.some(draw.last, 2), strict=True))
    facts = sorted(draw.some((0, 1, 2), 2))
    events = [life[fact] for life in (draw.life(one), draw.life(two)) for fact in facts]
    seen: set[str] = set()
    lines = []
    for event in events:
        lines.append(told(event, 0, pronoun=event.agent in seen))
        seen.add(event.agent)
    kinds = {"bear": ("place", "year"), "live": ("place",), "work": ("firm",)}
    chances = [(i, slot) for i, event in enumerate(events) for slot in kinds[event.kind]]
    asked = [Question(Line((events[i],), asks=slot), slot, i) for i, slot in draw.some(chances, questions)]
    return Passage(tuple(lines), tuple(asked))


@dataclass(frozen=True, slots=True)
class Choice:
    """A beginning, four ends of its last sentence, and which one goes on with the story."""

    start: tuple[Line, ...]
    last: Event
    nouns: tuple[str, ...]
    label: int

    def ends(self) -> tuple[str, list[str]]:
        """Who goes on, and the four ends, in English."""
        sentences = [told(self.last.changed("object", noun), definite=True).told("en") for noun in self.nouns]
        first_word = next(i for i, token in enumerate(sentences[0].tokens) if token.words[0].upos == "VERB")
        cut = sentences[0].tokens[first_word].start
        return sentences[0].text[: cut - 1], [sentence.text[cut:] for sentence in sentences]


def continuation(draw: Draw) -> Choice:
    """Two people with a thing each; the first one does something more with hers."""
    events = [event.without("place", "day") for event in scene(draw, 2)]
    mine, yours = events[0].things[0][0], events[1].things[0][0]
    others = draw.some([noun for noun in lexicon.CONCEPTS["object"] if noun not in (mine, yours)], 2)
    nouns = draw.some((mine, yours, *others), 4)
    verb = draw.one([verb for verb in lexicon.THING_VERBS if verb not in (events[0].verb, events[1].verb)])
    shown = events if draw.chance(0.5) else events[::-1]
    last = replace(events[0], verb=verb, place="", day="")
    return Choice(tuple(told(event) for event in shown), last, tuple(nouns), nouns.index(mine))
