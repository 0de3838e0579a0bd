"""Raw text to pretrain on: documents that say things more than once, as real text does.

Kinds: a story with a fact told again in another order, a life with pronouns, a passage with a question and its full
answer, a sentence and the same again in another order, yes-no questions with answers. No document has a label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xstilts.miniature import lexicon, pairs, passages
from xstilts.miniature.events import Draw, Event
from xstilts.miniature.grammar import Telling
from xstilts.miniature.plans import Line, told


def _again(draw: Draw, event: Event) -> Line:
    """The event told again, with one slot less if there are two."""
    filled = [slot for slot in ("colour", *pairs.SLOTS) if event.value(slot) and event.kind == "act"]
    dropped = draw.some(filled, 1) if len(filled) > 1 and draw.chance(0.5) else []
    return told(event.without(*dropped), draw.one((0, 1, 2)), definite=True)


def story(draw: Draw) -> list[Line]:
    """One to three events, one of them told again."""
    events = [draw.any() for _ in range(draw.one((1, 2)))]
    lines = [told(event, draw.one((0, 0, 1, 2)), draw.chance(0.3)) for event in events]
    return [*lines, _again(draw, draw.one(events))]


def life(draw: Draw) -> list[Line]:
    """A life, told with pronouns, and one of its facts again with the name."""
    events = draw.life(draw.name(full=0.7))
    lines = [told(events[0], draw.one((0, 1, 2))), *(told(event, pronoun=draw.chance(0.7)) for event in events[1:])]
    return [*lines, told(draw.one(events), draw.one((0, 2)))]


def answered(draw: Draw) -> list[Line]:
    """A passage, a question about it and the sentence that answers it."""
    passage = passages.story(draw, 1) if draw.chance(0.6) else passages.life(draw, 1)
    question = passage.questions[0]
    return [*passage.lines, question.line, told(passage.lines[question.sentence].events[0], 0, definite=True)]


def _clauses(draw: Draw) -> tuple[Event, Event]:
    """Two people in two places, or with two things."""
    one, two = draw.some((*draw.first, *lexicon.CONCEPTS["person"]), 2)
    if draw.chance(0.5):
        here, there = draw.some(draw.cities, 2) if draw.chance(0.5) else draw.some(lexicon.CONCEPTS["place"], 2)
        kind = draw.one(("be", "go", "come"))
        return Event(kind, one, kind, place=here), Event(kind, two, kind, place=there)
    this, that = draw.some(lexicon.CONCEPTS["object"], 2)
    verb = draw.one(lexicon.THING_VERBS)
    return Event("act", one, verb, ((this, ""),)), Event("act", two, verb, ((that, ""),))


def twice(draw: Draw) -> list[Line]:
    """Who did what to whom, twice; or two clauses and the same two in the other order."""
    if draw.chance(0.6):
        pair = pairs.paraphrase(draw, "1")
        return [pair.first, draw.one((pair.second, told(pair.first.events[0], 2)))]
    first, second = _clauses(draw)
    return [Line((first, second)), Line((second, first))]


def line(draw: Draw) -> list[Line]:
    """One sentence, a question now and then: what translations are made of."""
    if draw.chance(0.25):
        return [answered(draw)[-2]]
    if draw.chance(0.15):
        return [told(draw.one(draw.life(draw.name(full=0.7))), draw.one((0, 1, 2)), pronoun=draw.chance(0.3))]
    if draw.chance(0.15):
        return [Line(_clauses(draw))]
    return [told(draw.any(), draw.one((0, 1, 2)), definite=draw.chance(0.4))]


def entries(draw: Draw) -> list[Line]:
    """Some entries of a dictionary or of a list of names."""
    lines = []
    for _ in range(draw.one((2, 3, 4))):
        kind = draw.one(("name", "name", *lexicon.CONCEPTS))
        options = (*draw.first, *draw.last, *draw.cities, *draw.firms) if kind == "name" else lexicon.CONCEPTS[kind]
        lines.append(Line((), entry=(kind, draw.one(options))))
    return lines


def settled(draw: Draw) -> list[Line]:
    """A statement, a yes-no question about it with its answer, and now and then another one that it does not settle."""
    asked, other = pairs.statements(draw)
    denied = draw.chance(0.5)
    turns = [(asked, int(denied)), (other, 2)]
    lines = [told(replace(asked, denied=denied), draw.one((0, 1)), definite=True)]
    for about, reply in draw.some(turns, 1 + draw.chance(0.6)):
        lines += [Line((about,), how=Telling(definite=True), asks="polar"), Line((), reply=reply)]
    return lines


KINDS: dict[str, Callable[[Draw], list[Line]]] = {
    "story": story, "life": life, "answered": answered, "twice": twice, "settled": settled,
    "line": line, "entries": entries,
}  # fmt: skip
