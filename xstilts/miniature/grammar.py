"""What the six grammars share: orders as data, phrases by letter, clauses joined by "and"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xstilts.miniature import lexicon, names
from xstilts.miniature.events import Event
from xstilts.miniature.words import Phrase, Sentence, Word, attach, top


@dataclass(frozen=True, slots=True)
class Telling:
    """How an event is told: which slot is asked for, in which voice, about a known thing, with a pronoun."""

    asked: str = ""
    passive: bool = False
    definite: bool = False
    pronoun: bool = False


PLAIN = Telling()
DEPRELS = {
    "S": "nsubj", "O": "obj", "P": "obl", "L": "obl", "D": "obl", "H": "obl", "Y": "obl", "G": "obl", "A": "aux",
    ",": "punct", "M": "advmod", "B": "obl",
}  # fmt: skip
SLOTS = {"L": "place", "D": "day", "H": "hour", "Y": "year"}  # what an event may do without
ASKED = {"agent": "nsubj", "object": "obj", "patient": "obj", "place": "advmod", "day": "obl", "hour": "obl"}


class Grammar:
    """One language. An order is a list of letters: S subject, V verb, A auxiliary, O object or second person, P agent
    of a passive, L place, D day, H hour, Y year, G firm, B at birth, Q question word, I verb form in questions, M
    question particle, F the first adverbial that the event has."""

    language = ""
    cased = True
    full_stop = "."
    question_mark = "?"
    opening = ""  # the mark before a question
    conjunction = ""
    orders: Mapping[str, tuple[str, str, str]] = {}  # kind -> neutral, adverbial first, object first or passive
    asks: Mapping[str, str] = {}  # "kind:slot" -> order
    passive_third = False  # the third order is a passive
    switch: Callable[[str, str], str | None] | None = None  # gives a foreign word for a concept, now and then

    # -- phrases, written by each language -------------------------------------------------------------------------
    def S(self, event: Event, how: Telling) -> Phrase:
        """The subject; the other letters likewise."""
        raise NotImplementedError

    # -- clauses ---------------------------------------------------------------------------------------------------
    def _clause(self, order: str, event: Event, how: Telling) -> Phrase:
        letters = order.split()
        if "F" in letters:
            front = next((x for x in ("D", "L", "H", "Y") if self._part(x, event, how)), "")
            at = letters.index("F")
            letters = [x for x in letters if x not in (front, "F")]
            letters.insert(at, front)
        parts = [self._part(x, event, how) for x in letters]
        governor = "L" if event.kind == "be" else "V" if "V" in letters else "I"
        root = top(parts[letters.index(governor)])
        words: Phrase = []
        for letter, phrase in zip(letters, parts, strict=True):
            if phrase and letter != governor:
                attach(phrase, root, self._deprel(letter, event, how))
            words += phrase
        return words

    def _part(self, letter: str, event: Event, how: Telling) -> Phrase:
        """The phrase that a letter stands for; nothing where the event does not have it."""
        if letter == ",":
            return [Word(",", "PUNCT", "")]
        if letter in SLOTS and not event.value(SLOTS[letter]):
            return []
        phrase: Phrase = getattr(self, letter)(event, how)
        return phrase

    def _deprel(self, letter: str, event: Event, how: Telling) -> str:
        if letter == "Q":
            return ASKED.get(how.asked, "obl")
        if letter == "A" and event.kind == "be":
            return "cop"
        if letter in "SA" and (how.passive or (event.kind == "bear" and letter == "A")):
            return DEPRELS[letter] + ":pass"
        return DEPRELS[letter]

    def negated(self, event: Event, verb: Word, *before: tuple[str, str, str]) -> Phrase:
        """The verb, and before it what denies it if the event is denied."""
        return around([verb], *(before if event.denied else ()))

    def _finish(self, words: Phrase, mark: str, opening: str = "") -> Sentence:
        root = top(words)
        before = [Word(opening, "PUNCT", "punct", root)] if opening else []
        return Sentence([*before, *words, Word(mark, "PUNCT", "punct", root)], self.cased)

    def _told(self, event: Event, variant: int, how: Telling) -> Phrase:
        passive = self.passive_third and variant == 2 and event.kind in ("act", "see") and not event.denied
        voiced = Telling(how.asked, passive, how.definite, how.pronoun)
        variant = 0 if event.denied and variant == 2 else variant
        order = self.orders[event.kind][variant]
        if "F" in order and not (event.day or event.place or event.hour or event.year):
            order = self.orders[event.kind][0]
        return self._clause(order, event, voiced)

    def say(self, event: Event, variant: int = 0, how: Telling = PLAIN) -> Sentence:
        """The event as a statement, in one of three orders."""
        return self._finish(self._told(event, variant, how), self.full_stop)

    def both(self, events: Sequence[Event], variant: int = 0, how: Telling = PLAIN) -> Sentence:
        """Two events as one statement, joined by "and"."""
        one, two = self._told(events[0], variant, how), self._told(events[1], 0, how)
        second = top(two)
        attach(two, top(one), "conj")
        return self._finish([*one, *self.joined(two, second)], self.full_stop)

    def joined(self, phrase: Phrase, head: Word) -> Phrase:
        """The phrase with the conjunction before it."""
        return [Word(self.conjunction, "CCONJ", "cc", head), *phrase]

    def ask(self, event: Event, slot: str, how: Telling = PLAIN) -> Sentence:
        """The question for a slot ("polar" for a yes-no question)."""
        telling = Telling(slot, False, how.definite, how.pronoun)
        return self._finish(self._clause(self.asks[f"{event.kind}:{slot}"], event, telling), self.question_mark,
                            self.opening)  # fmt: skip

    # -- words -----------------------------------------------------------------------------------------------------
    def forms(self, kind: str, concept: str) -> list[str]:
        """The forms of a concept; a foreign word has one."""
        foreign = self.switch(kind, concept) if self.switch else None
        return [foreign] * 3 if foreign else lexicon.forms(kind, concept, self.language)

    def word(self, kind: str, concept: str) -> str:
        """The first form of a concept."""
        return self.forms(kind, concept)[0]

    def inflected(self, kind: str, concept: str, ending: str, form: int = 0) -> str:
        """A form with an ending, which a foreign word does not get."""
        forms = self.forms(kind, concept)
        return forms[0] if len(forms) == 3 else forms[form] + ending

    # -- parts -----------------------------------------------------------------------------------------------------
    def named(self, name: str, slot: str, entity: str) -> Phrase:
        """A name, flat, as one entity."""
        foreign = self.switch("name", name) if self.switch else None
        pieces = [names.spelled(piece, foreign or self.language) for piece in name.split()]
        head = Word(pieces[0], "PROPN", "", slot=slot, entity=entity, begins=True)
        return [head, *(Word(p, "PROPN", "flat", head, slot=slot, entity=entity) for p in pieces[1:])]

    def things(self, event: Event, how: Telling, *case: str) -> Phrase:
        """All things of the event, joined by "and"."""
        first = self.thing(event.things[0], how, *case)
        words = list(first)
        for other in event.things[1:]:
            phrase = self.thing(other, how, *case)
            second = top(phrase)
            attach(phrase, top(first), "conj")
            words += self.joined(phrase, second)
        return words

    def thing(self, thing: tuple[str, str], how: Telling, *case: str) -> Phrase:
        """One thing with article and adjective."""
        raise NotImplementedError


def around(phrase: Phrase, *before: tuple[str, str, str], after: Sequence[tuple[str, str, str]] = ()) -> Phrase:
    """The phrase with function words (form, upos, deprel) before and after it, all governed by its top."""
    head = top(phrase)
    return [*(Word(*item, head) for item in before), *phrase, *(Word(*item, head) for item in after)]


def is_name(person: str) -> bool:
    """Whether a person is named (and not a concept)."""
    return person[:1].isupper()


def female(person: str) -> bool:
    """Whether a named person is a woman."""
    return person.split()[0] in names.WOMEN
