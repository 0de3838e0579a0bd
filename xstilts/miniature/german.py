"""German: verb second with the participle last, gender and case on articles and adjectives, fused prepositions."""

# ruff: noqa: D102, RUF012 (letters are the notation of the orders, see Grammar; orders are constants)
from __future__ import annotations

from xstilts.miniature import lexicon
from xstilts.miniature.events import Event
from xstilts.miniature.grammar import Grammar, Telling, around, female, is_name
from xstilts.miniature.words import Phrase, Word, attach

THE = {"nom": {"m": "der", "f": "die", "n": "das"}, "acc": {"m": "den", "f": "die", "n": "das"},
       "dat": {"m": "dem", "f": "der", "n": "dem"}}  # fmt: skip
AN = {"nom": {"m": "ein", "f": "eine", "n": "ein"}, "acc": {"m": "einen", "f": "eine", "n": "ein"}}
WEAK = {"nom": {"m": "e", "f": "e", "n": "e"}, "acc": {"m": "en", "f": "e", "n": "e"}}
STRONG = {"nom": {"m": "er", "f": "e", "n": "es"}, "acc": {"m": "en", "f": "e", "n": "es"}}
FUSED = {("in", "dem"): "im", ("zu", "dem"): "zum", ("zu", "der"): "zur", ("von", "dem"): "vom", ("an", "dem"): "am"}
_MOTION = ("S A D H L V", "F A S D H L V", "L A S D H V")


class German(Grammar):
    """See the module."""

    language = "de"
    conjunction = "und"
    passive_third = True
    orders = {
        "act": ("S A D H L O V", "F A S D H L O V", "O A D H P L V"),
        "see": ("S A D H L O V", "F A S D H L O V", "O A D H P L V"),
        "go": _MOTION, "come": _MOTION, "be": ("S A D H L", "F A S D H L", "L A S D H"),
        "bear": ("S A Y L V", "Y A S L V", "L A S Y V"), "live": ("S A L V", "S A L V", "L A S V"),
        "work": ("S A G L V", "S A G L V", "S A G L V"),
    }  # fmt: skip
    asks = {
        "act:agent": "Q A D H L O V", "act:object": "Q A S D H L V", "act:place": "Q A S D H O V",
        "act:day": "Q A S H L O V", "act:hour": "Q A S D L O V", "see:agent": "Q A D H L O V",
        "see:patient": "Q A S D H L V", "see:place": "Q A S D H O V", "see:day": "Q A S H L O V",
        "see:hour": "Q A S D L O V", "bear:place": "Q A S V", "bear:year": "Q A S V", "live:place": "Q A S V",
        "work:firm": "Q A S V", "act:polar": "A S D H L O V", "see:polar": "A S D H L O V", "go:polar": "A S D H L V",
        "come:polar": "A S D H L V", "be:polar": "A S D H L",
    }  # fmt: skip

    def person(self, person: str, slot: str, case: str) -> Phrase:
        if is_name(person):
            return self.named(person, slot, "PER")
        noun = Word(self.word("person", person), "NOUN", "", slot=slot)
        return around([noun], (THE[case][lexicon.gender("person", person, "de")], "DET", "det"))

    def S(self, event: Event, how: Telling) -> Phrase:
        if how.pronoun:
            return [Word("sie" if female(event.agent) else "er", "PRON", "")]
        return self.person(event.agent, "agent", "nom")

    def P(self, event: Event, how: Telling) -> Phrase:
        return _governed(self.person(event.agent, "agent", "dat"), "von")

    def O(self, event: Event, how: Telling) -> Phrase:  # noqa: E743
        case = "nom" if how.passive else "acc"
        return self.person(event.patient, "patient", case) if event.patient else self.things(event, how, case)

    def thing(self, thing: tuple[str, str], how: Telling, *case: str) -> Phrase:
        noun, adjective = thing
        gender = lexicon.gender("object", noun, "de")
        before = [((THE if how.definite else AN)[case[0]][gender], "DET", "det")]
        if adjective:
            ending = (WEAK if how.definite else STRONG)[case[0]][gender]
            before.append((self.inflected("adjective", adjective, ending), "ADJ", "amod"))
        return around([Word(self.word("object", noun), "NOUN", "", slot="object")], *before)

    def A(self, event: Event, how: Telling) -> Phrase:
        by_kind = {"go": "ist", "come": "ist", "be": "war", "bear": "wurde"}
        return [Word("wurde" if how.passive else by_kind.get(event.kind, "hat"), "AUX", "")]

    def V(self, event: Event, how: Telling) -> Phrase:
        return self.negated(event, Word(self.word("verb", event.verb), "VERB", ""), ("nicht", "PART", "advmod"))

    def L(self, event: Event, how: Telling) -> Phrase:
        if event.place[0].isupper():
            case = {"go": "nach", "come": "aus"}.get(event.kind, "in")
            return around(self.named(event.place, "place", "LOC"), (case, "ADP", "case"))
        noun = Word(self.word("place", event.place), "NOUN", "", slot="place")
        article = (THE["dat"][lexicon.gender("place", event.place, "de")], "DET", "det")
        return _governed(around([noun], article), {"go": "zu", "come": "von"}.get(event.kind, "in"))

    def D(self, event: Event, how: Telling) -> Phrase:
        day = Word(self.word("day", event.day), "NOUN", "", slot="day")
        return _governed(around([day], ("dem", "DET", "det")), "an")

    def H(self, event: Event, how: Telling) -> Phrase:
        hour = Word("Uhr", "NOUN", "")
        return around([Word(str(event.hour), "NUM", "nummod", hour, slot="hour"), hour], ("um", "ADP", "case"))

    def Y(self, event: Event, how: Telling) -> Phrase:
        year = Word("Jahr", "NOUN", "")
        after = Word(str(event.year), "NUM", "nmod", year, slot="year")
        return [*_governed(around([year], ("dem", "DET", "det")), "in"), after]

    def G(self, event: Event, how: Telling) -> Phrase:
        return around(self.named(event.firm, "firm", "ORG"), ("für", "ADP", "case"))

    def Q(self, event: Event, how: Telling) -> Phrase:
        simple = {"agent": ("wer", "PRON"), "patient": ("wen", "PRON"), "object": ("was", "PRON")}
        if how.asked in simple:
            return [Word(*simple[how.asked], "")]
        if how.asked == "place":
            return [Word("wo", "ADV", "")]
        case, determiner, noun = {
            "day": ("an", "welchem", "Tag"), "hour": ("um", "wie", "Uhr"),
            "year": ("in", "welchem", "Jahr"), "firm": ("für", "welche", "Firma"),
        }[how.asked]  # fmt: skip
        head = Word(noun, "NOUN", "")
        if how.asked == "hour":
            many = Word("viel", "DET", "det", head)
            return around([*attach([Word(determiner, "ADV", "")], many, "advmod"), many, head], (case, "ADP", "case"))
        return around([head], (case, "ADP", "case"), (determiner, "DET", "det"))


def _governed(phrase: Phrase, preposition: str) -> Phrase:
    """Put a preposition before the phrase; with some articles it is written as one token (im, zum, vom, am)."""
    words = around(phrase, (preposition, "ADP", "case"))
    fused = FUSED.get((preposition, words[1].form))
    if fused:
        words[0].fused, words[0].parts = fused, 2
    return words
