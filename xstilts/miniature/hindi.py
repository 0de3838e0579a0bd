"""Hindi: the verb last and agreeing with its object, postpositions, the ergative, no articles, Devanagari."""

# ruff: noqa: D102, RUF012 (letters are the notation of the orders, see Grammar; orders are constants)
from __future__ import annotations

from xstilts.miniature import lexicon
from xstilts.miniature.events import Event
from xstilts.miniature.grammar import Grammar, Telling, around, female, is_name
from xstilts.miniature.words import Phrase, Word

_VERB_LAST = ("S D H L V", "F S D H L V", "L S D H V")
PERSON_KINDS = ("go", "come", "be", "live")  # no ergative: the verb agrees with its subject


class Hindi(Grammar):
    """See the module."""

    language = "hi"
    cased = False
    full_stop = "।"
    conjunction = "और"
    orders = {
        "act": ("S D H L O V", "F S D H L O V", "O S D H L V"), "see": ("S D H L O V", "F S D H L O V", "O S D H L V"),
        "go": _VERB_LAST, "come": _VERB_LAST, "be": ("S D H L A", "F S D H L A", "L S D H A"),
        "bear": ("B Y L V", "Y B L V", "B L Y V"), "live": ("S L V", "S L V", "L S V"),
        "work": ("S L G O V", "S L G O V", "S L G O V"),
    }  # fmt: skip
    asks = {
        "act:agent": "Q D H L O V", "act:object": "S D H L Q V", "act:place": "S D H O Q V", "act:day": "S Q H L O V",
        "act:hour": "S D Q L O V", "see:agent": "Q D H L O V", "see:patient": "S D H L Q V", "see:place": "S D H O Q V",
        "see:day": "S Q H L O V", "see:hour": "S D Q L O V", "bear:place": "B Q V", "bear:year": "B Q V",
        "live:place": "S Q V", "work:firm": "S Q O V", "act:polar": "M S D H L O V", "see:polar": "M S D H L O V",
        "go:polar": "M S D H L V", "come:polar": "M S D H L V", "be:polar": "M S D H L A",
    }  # fmt: skip

    def person(self, person: str, slot: str) -> Phrase:
        if is_name(person):
            return self.named(person, slot, "PER")
        return [Word(self.word("person", person), "NOUN", "", slot=slot)]

    def S(self, event: Event, how: Telling) -> Phrase:
        if how.pronoun:
            return [Word("वह" if event.kind in PERSON_KINDS else "उसने", "PRON", "")]
        who = self.person(event.agent, "agent")
        return who if event.kind in PERSON_KINDS else around(who, after=[("ने", "ADP", "case")])

    def B(self, event: Event, how: Telling) -> Phrase:
        birth = Word("जन्म", "NOUN", "")
        if how.pronoun:
            return [Word("उसका", "PRON", "nmod", birth), birth]
        who = around(self.person(event.agent, "agent"), after=[("का", "ADP", "case")])
        who[0].head, who[0].deprel = birth, "nmod"
        return [*who, birth]

    def O(self, event: Event, how: Telling) -> Phrase:  # noqa: E743
        if event.kind == "work":
            return [Word("काम", "NOUN", "")]
        if event.patient:
            return around(self.person(event.patient, "patient"), after=[("को", "ADP", "case")])
        return self.things(event, how)

    def thing(self, thing: tuple[str, str], how: Telling, *case: str) -> Phrase:
        noun, adjective = thing
        before = [] if how.definite else [("एक", "DET", "det")]
        if adjective:
            feminine = lexicon.gender("object", noun, "hi") == "f"
            before.append((self.forms("adjective", adjective)[feminine], "ADJ", "amod"))
        return around([Word(self.word("object", noun), "NOUN", "", slot="object")], *before)

    def _woman(self, event: Event) -> bool:
        if is_name(event.agent):
            return female(event.agent)
        return lexicon.gender("person", event.agent, "hi") == "f"

    def V(self, event: Event, how: Telling) -> Phrase:
        if event.kind == "act":
            agrees = how.asked != "object" and lexicon.gender("object", event.things[-1][0], "hi") == "f"
        else:
            agrees = event.kind in PERSON_KINDS and self._woman(event)
        verb = Word(self.forms("verb", event.verb)[agrees], "VERB", "")
        return self.negated(event, verb, ("नहीं", "PART", "advmod"))

    def A(self, event: Event, how: Telling) -> Phrase:
        return [Word(self.forms("verb", "be")[self._woman(event)], "AUX", "")]

    def M(self, event: Event, how: Telling) -> Phrase:
        return [Word("क्या", "PART", "")]

    def L(self, event: Event, how: Telling) -> Phrase:
        case = {"go": "", "come": "से"}.get(event.kind, "में")
        after = [(case, "ADP", "case")] if case else []
        if event.place[0].isupper():
            return around(self.named(event.place, "place", "LOC"), after=after)
        return around([Word(self.word("place", event.place), "NOUN", "", slot="place")], after=after)

    def D(self, event: Event, how: Telling) -> Phrase:
        day = Word(self.word("day", event.day), "NOUN", "", slot="day")
        return around([day], after=[("को", "ADP", "case")])

    def H(self, event: Event, how: Telling) -> Phrase:
        head = Word("बजे", "NOUN", "")
        return [Word(str(event.hour), "NUM", "nummod", head, slot="hour"), head]

    def Y(self, event: Event, how: Telling) -> Phrase:
        return around([Word(str(event.year), "NUM", "", slot="year")], after=[("में", "ADP", "case")])

    def G(self, event: Event, how: Telling) -> Phrase:
        return _for(self.named(event.firm, "firm", "ORG"))

    def Q(self, event: Event, how: Telling) -> Phrase:
        simple = {"agent": "किसने", "patient": "किसको", "object": "क्या"}
        if how.asked in simple:
            return [Word(simple[how.asked], "PRON", "")]
        if how.asked == "place":
            return [Word("कहाँ", "ADV", "")]
        if how.asked == "hour":
            return around([Word("बजे", "NOUN", "")], ("कितने", "DET", "det"))
        noun = {"day": "दिन", "year": "वर्ष", "firm": "कंपनी"}[how.asked]
        phrase = around([Word(noun, "NOUN", "")], ("किस", "DET", "det"))
        if how.asked == "firm":
            return _for(phrase)
        return phrase if how.asked == "day" else around(phrase, after=[("में", "ADP", "case")])


def _for(phrase: Phrase) -> Phrase:
    return around(phrase, after=[("के", "ADP", "case"), ("लिए", "ADP", "case")])
