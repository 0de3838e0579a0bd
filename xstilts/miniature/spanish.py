"""Spanish: SVO, noun before adjective, gender agreement, personal `a`, the contractions `del` and `al`."""

# ruff: noqa: D102, RUF012 (letters are the notation of the orders, see Grammar; orders are constants)
from __future__ import annotations

from xstilts.miniature import lexicon
from xstilts.miniature.events import Event
from xstilts.miniature.grammar import Grammar, Telling, around, female, is_name
from xstilts.miniature.words import Phrase, Word

THE = {"m": "el", "f": "la"}
AN = {"m": "un", "f": "una"}
FUSED = {("a", "el"): "al", ("de", "el"): "del"}
_STILL = ("S V L D H", "F S V L D H", "S V D L H")


class Spanish(Grammar):
    """See the module."""

    language = "es"
    conjunction = "y"
    passive_third = True
    opening = "¿"
    orders = {
        "act": ("S V O L D H", "F S V O L D H", "O A V P L D H"),
        "see": ("S V O L D H", "F S V O L D H", "O A V P L D H"),
        "go": _STILL, "come": _STILL, "be": ("S A L D H", "F S A L D H", "S A L D H"),
        "bear": ("S V L Y", "Y S V L", "S V Y L"), "live": ("S V L", "S V L", "S V L"),
        "work": ("S V G L", "S V G L", "S V G L"),
    }  # fmt: skip
    asks = {
        "act:agent": "Q V O L D H", "act:object": "Q V S L D H", "act:place": "Q V S O D H", "act:day": "Q V S O L H",
        "act:hour": "Q V S O L D", "see:agent": "Q V O L D H", "see:patient": "Q V S L D H", "see:place": "Q V S O D H",
        "see:day": "Q V S O L H", "see:hour": "Q V S O L D", "bear:place": "Q V S", "bear:year": "Q V S",
        "live:place": "Q V S", "work:firm": "Q V S", "act:polar": "V S O L D H", "see:polar": "V S O L D H",
        "go:polar": "V S L D H", "come:polar": "V S L D H", "be:polar": "A S L D H",
    }  # fmt: skip

    def person(self, person: str, slot: str) -> Phrase:
        if is_name(person):
            return self.named(person, slot, "PER")
        noun = Word(self.word("person", person), "NOUN", "", slot=slot)
        return around([noun], (THE[lexicon.gender("person", person, "es")], "DET", "det"))

    def S(self, event: Event, how: Telling) -> Phrase:
        if how.pronoun:
            return [Word("ella" if female(event.agent) else "él", "PRON", "")]
        return self.person(event.agent, "agent")

    def P(self, event: Event, how: Telling) -> Phrase:
        return around(self.person(event.agent, "agent"), ("por", "ADP", "case"))

    def O(self, event: Event, how: Telling) -> Phrase:  # noqa: E743
        if not event.patient:
            return self.things(event, how)
        patient = self.person(event.patient, "patient")
        return patient if how.passive else _governed(patient, "a")

    def thing(self, thing: tuple[str, str], how: Telling, *case: str) -> Phrase:
        noun, adjective = thing
        gender = lexicon.gender("object", noun, "es")
        after = []
        if adjective:
            after = [(self.forms("adjective", adjective)[gender == "f"], "ADJ", "amod")]
        head = Word(self.word("object", noun), "NOUN", "", slot="object")
        return around([head], ((THE if how.definite else AN)[gender], "DET", "det"), after=after)

    def A(self, event: Event, how: Telling) -> Phrase:
        return [Word("fue" if how.passive else "estaba", "AUX", "")]

    def V(self, event: Event, how: Telling) -> Phrase:
        if not how.passive:
            return self.negated(event, Word(self.word("verb", event.verb), "VERB", ""), ("no", "PART", "advmod"))
        if event.patient:
            named = is_name(event.patient)
            woman = female(event.patient) if named else lexicon.gender("person", event.patient, "es") == "f"
        else:
            woman = lexicon.gender("object", event.things[0][0], "es") == "f"
        return [Word(self.inflected("verb", event.verb, "a" if woman else "o", 1), "VERB", "")]

    def L(self, event: Event, how: Telling) -> Phrase:
        case = {"go": "a", "come": "de"}.get(event.kind, "en")
        if event.place[0].isupper():
            return around(self.named(event.place, "place", "LOC"), (case, "ADP", "case"))
        noun = Word(self.word("place", event.place), "NOUN", "", slot="place")
        return _governed(around([noun], (THE[lexicon.gender("place", event.place, "es")], "DET", "det")), case)

    def D(self, event: Event, how: Telling) -> Phrase:
        return around([Word(self.word("day", event.day), "NOUN", "", slot="day")], ("el", "DET", "det"))

    def H(self, event: Event, how: Telling) -> Phrase:
        hour = Word(str(event.hour), "NUM", "", slot="hour")
        return around([hour], ("a", "ADP", "case"), ("las", "DET", "det"))

    def Y(self, event: Event, how: Telling) -> Phrase:
        return around([Word(str(event.year), "NUM", "", slot="year")], ("en", "ADP", "case"))

    def G(self, event: Event, how: Telling) -> Phrase:
        return around(self.named(event.firm, "firm", "ORG"), ("para", "ADP", "case"))

    def Q(self, event: Event, how: Telling) -> Phrase:
        simple = {"agent": ("quién", "PRON"), "object": ("qué", "PRON")}
        if how.asked in simple:
            return [Word(*simple[how.asked], "")]
        if how.asked == "patient":
            return around([Word("quién", "PRON", "")], ("a", "ADP", "case"))
        if how.asked == "place":
            return [Word("dónde", "ADV", "")]
        case, noun = {"day": ("", "día"), "hour": ("a", "hora"), "year": ("en", "año"),
                      "firm": ("para", "empresa")}[how.asked]  # fmt: skip
        before = [(case, "ADP", "case")] if case else []
        return around([Word(noun, "NOUN", "")], *before, ("qué", "DET", "det"))


def _governed(phrase: Phrase, preposition: str) -> Phrase:
    """Put a preposition before the phrase; `a el` and `de el` are written as one token."""
    words = around(phrase, (preposition, "ADP", "case"))
    fused = FUSED.get((preposition, words[1].form))
    if fused:
        words[0].fused, words[0].parts = fused, 2
    return words
