"""English: SVO, adjective before noun, `did` in questions, passive with `by`."""

# ruff: noqa: D102, RUF012 (letters are the notation of the orders, see Grammar; orders are constants)
from __future__ import annotations

from xstilts.miniature.events import Event
from xstilts.miniature.grammar import Grammar, Telling, around, female, is_name
from xstilts.miniature.words import Phrase, Word

_STILL = ("S V L D H", "F , S V L D H", "S V D L H")


class English(Grammar):
    """See the module."""

    language = "en"
    conjunction = "and"
    passive_third = True
    orders = {
        "act": ("S V O L D H", "F , S V O L D H", "O A V P L D H"),
        "see": ("S V O L D H", "F , S V O L D H", "O A V P L D H"),
        "go": _STILL, "come": _STILL, "be": ("S A L D H", "F , S A L D H", "S A L D H"),
        "bear": ("S A V L Y", "Y , S A V L", "S A V Y L"), "live": ("S V L", "S V L", "S V L"),
        "work": ("S V G L", "S V G L", "S V G L"),
    }  # fmt: skip
    asks = {
        "act:agent": "Q V O L D H", "act:object": "Q A S I L D H", "act:place": "Q A S I O D H",
        "act:day": "Q A S I O L H", "act:hour": "Q A S I O L D", "see:agent": "Q V O L D H",
        "see:patient": "Q A S I L D H", "see:place": "Q A S I O D H", "see:day": "Q A S I O L H",
        "see:hour": "Q A S I O L D", "bear:place": "Q A S V", "bear:year": "Q A S V", "live:place": "Q A S I",
        "work:firm": "Q A S I", "act:polar": "A S I O L D H", "see:polar": "A S I O L D H", "go:polar": "A S I L D H",
        "come:polar": "A S I L D H", "be:polar": "A S L D H",
    }  # fmt: skip

    def person(self, person: str, slot: str) -> Phrase:
        if is_name(person):
            return self.named(person, slot, "PER")
        return around([Word(self.word("person", person), "NOUN", "", slot=slot)], ("the", "DET", "det"))

    def S(self, event: Event, how: Telling) -> Phrase:
        if how.pronoun:
            return [Word("she" if female(event.agent) else "he", "PRON", "")]
        return self.person(event.agent, "agent")

    def P(self, event: Event, how: Telling) -> Phrase:
        return around(self.person(event.agent, "agent"), ("by", "ADP", "case"))

    def O(self, event: Event, how: Telling) -> Phrase:  # noqa: E743
        return self.person(event.patient, "patient") if event.patient else self.things(event, how)

    def thing(self, thing: tuple[str, str], how: Telling, *case: str) -> Phrase:
        noun, adjective = thing
        head = Word(self.word("object", noun), "NOUN", "", slot="object")
        before = [("the" if how.definite else "a", "DET", "det")]
        if adjective == "old" and not how.definite:
            before = [("an", "DET", "det")]
        return around([head], *before, *([(adjective, "ADJ", "amod")] if adjective else []))

    def A(self, event: Event, how: Telling) -> Phrase:
        asks = how.asked and event.kind not in ("be", "bear")
        return [Word("did" if asks else "was", "AUX", "")]

    def V(self, event: Event, how: Telling) -> Phrase:
        if event.denied:
            return self.negated(event, self.I(event, how)[0], ("did", "AUX", "aux"), ("not", "PART", "advmod"))
        return [Word(self.forms("verb", event.verb)[2 if how.passive else 0], "VERB", "")]

    def I(self, event: Event, how: Telling) -> Phrase:  # noqa: E743
        return [Word(self.forms("verb", event.verb)[1], "VERB", "")]

    def L(self, event: Event, how: Telling) -> Phrase:
        case = {"go": "to", "come": "from"}.get(event.kind, "in")
        if event.place[0].isupper():
            return around(self.named(event.place, "place", "LOC"), (case, "ADP", "case"))
        noun = Word(self.word("place", event.place), "NOUN", "", slot="place")
        return around([noun], (case, "ADP", "case"), ("the", "DET", "det"))

    def D(self, event: Event, how: Telling) -> Phrase:
        # UD's English has weekdays as PROPN; here all languages have the same convention
        return around([Word(self.word("day", event.day), "NOUN", "", slot="day")], ("on", "ADP", "case"))

    def H(self, event: Event, how: Telling) -> Phrase:
        return around([Word(str(event.hour), "NUM", "", slot="hour")], ("at", "ADP", "case"),
                      after=[("o'clock", "NOUN", "nmod")])  # fmt: skip

    def Y(self, event: Event, how: Telling) -> Phrase:
        return around([Word(str(event.year), "NUM", "", slot="year")], ("in", "ADP", "case"))

    def G(self, event: Event, how: Telling) -> Phrase:
        return around(self.named(event.firm, "firm", "ORG"), ("for", "ADP", "case"))

    def Q(self, event: Event, how: Telling) -> Phrase:
        simple = {"agent": ("who", "PRON"), "patient": ("who", "PRON"), "object": ("what", "PRON")}
        if how.asked in simple:
            return [Word(*simple[how.asked], "")]
        if how.asked == "place":
            return [Word("where", "ADV", "")]
        case, determiner, noun = {
            "day": ("on", "which", "day"), "hour": ("at", "what", "time"),
            "year": ("in", "which", "year"), "firm": ("for", "which", "company"),
        }[how.asked]  # fmt: skip
        return around([Word(noun, "NOUN", "")], (case, "ADP", "case"), (determiner, "DET", "det"))
