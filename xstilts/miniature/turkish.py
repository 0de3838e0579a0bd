"""Turkish: the verb last, no articles or gender, case suffixes with vowel harmony, the past copula as a suffix."""

# ruff: noqa: D102, RUF012 (letters are the notation of the orders, see Grammar; orders are constants)
from __future__ import annotations

from xstilts.miniature import lexicon
from xstilts.miniature.events import Event
from xstilts.miniature.grammar import Grammar, Telling, around, is_name
from xstilts.miniature.words import Phrase, Word

VOWELS = "aeıioöuü"
HIGH = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}
HARD = "fstkçşhp"
# The last digit as it is read decides the suffix of a numeral (7'de, 9'da).
DIGITS = {1: "de", 2: "de", 3: "te", 4: "te", 5: "te", 6: "da", 7: "de", 8: "de", 9: "da", 10: "da", 11: "de", 12: "de"}
IRREGULAR = {("kitap", "acc"): "kitabı", ("otel", "dat"): "otele", ("otel", "loc"): "otelde",
             ("otel", "abl"): "otelden", ("gar", "dat"): "gara"}  # fmt: skip
_VERB_LAST = ("S D H L V", "F S D H L V", "L S D H V")


class Turkish(Grammar):
    """See the module."""

    language = "tr"
    conjunction = "ve"
    orders = {
        "act": ("S D H L O V", "F S D H L O V", "O S D H L V"), "see": ("S D H L O V", "F S D H L O V", "O S D H L V"),
        "go": _VERB_LAST, "come": _VERB_LAST, "be": ("S D H L", "D S H L", "H S D L"),
        "bear": ("S Y L V", "Y S L V", "S L Y V"), "live": ("S L V", "S L V", "L S V"),
        "work": ("S L G V", "S L G V", "S L G V"),
    }  # fmt: skip
    asks = {
        "act:agent": "D H L O Q V", "act:object": "S D H L Q V", "act:place": "S D H O Q V", "act:day": "S Q H L O V",
        "act:hour": "S D Q L O V", "see:agent": "D H L O Q V", "see:patient": "S D H L Q V", "see:place": "S D H O Q V",
        "see:day": "S Q H L O V", "see:hour": "S D Q L O V", "bear:place": "S Q V", "bear:year": "S Q V",
        "live:place": "S Q V", "work:firm": "S Q V", "act:polar": "S D H L O V M", "see:polar": "S D H L O V M",
        "go:polar": "S D H L V M", "come:polar": "S D H L V M", "be:polar": "S D H L M",
    }  # fmt: skip

    def person(self, person: str, slot: str, case: str = "") -> Phrase:
        if is_name(person):
            return _suffixed(self.named(person, slot, "PER"), case, "'")
        return _suffixed([Word(self.word("person", person), "NOUN", "", slot=slot)], case)

    def S(self, event: Event, how: Telling) -> Phrase:
        return [Word("o", "PRON", "")] if how.pronoun else self.person(event.agent, "agent")

    def O(self, event: Event, how: Telling) -> Phrase:  # noqa: E743
        return self.person(event.patient, "patient", "acc") if event.patient else self.things(event, how)

    def thing(self, thing: tuple[str, str], how: Telling, *case: str) -> Phrase:
        noun, adjective = thing
        before = [(self.word("adjective", adjective), "ADJ", "amod")] if adjective else []
        head = [Word(self.word("object", noun), "NOUN", "", slot="object")]
        if how.definite:
            return around(_suffixed(head, "acc"), *before)
        return around(head, *before, ("bir", "DET", "det"))

    def V(self, event: Event, how: Telling) -> Phrase:
        if event.denied:
            return [Word(lexicon.forms("verb", event.verb, "tr")[2], "VERB", "")]
        return [Word(self.word("verb", event.verb), "VERB", "")]

    def M(self, event: Event, how: Telling) -> Phrase:
        return [Word(lexicon.forms("verb", event.verb, "tr")[1], "AUX", "")]

    def L(self, event: Event, how: Telling) -> Phrase:
        case = {"go": "dat", "come": "abl"}.get(event.kind, "loc")
        if event.place[0].isupper():
            place = _suffixed(self.named(event.place, "place", "LOC"), case, "'")
        else:
            place = _suffixed([Word(self.word("place", event.place), "NOUN", "", slot="place")], case)
        if event.kind != "be" or how.asked:
            return place
        # Berlin'deydi is one token of two words, as in the Turkish treebanks: the noun and the copula.
        copula = ("y" if place[-1].form[-1] in VOWELS else "") + "d" + HIGH[_last_vowel(place[-1].form)]
        place[-1].fused, place[-1].parts = place[-1].form + copula, 2
        return around(place, after=[(copula, "AUX", "cop")])

    def D(self, event: Event, how: Telling) -> Phrase:
        head = Word("günü", "NOUN", "")
        return [Word(self.word("day", event.day), "NOUN", "nmod", head, slot="day"), head]

    def H(self, event: Event, how: Telling) -> Phrase:
        hour = Word(f"{event.hour}'{DIGITS[event.hour]}", "NUM", "", slot="hour")
        return around([hour], ("saat", "NOUN", "nmod"))

    def Y(self, event: Event, how: Telling) -> Phrase:
        head = Word("yılında", "NOUN", "")
        return [Word(str(event.year), "NUM", "nummod", head, slot="year"), head]

    def G(self, event: Event, how: Telling) -> Phrase:
        return around(self.named(event.firm, "firm", "ORG"), after=[("için", "ADP", "case")])

    def Q(self, event: Event, how: Telling) -> Phrase:
        simple = {"agent": ("kim", "PRON"), "patient": ("kimi", "PRON"), "object": ("ne", "PRON")}
        if how.asked in simple:
            return [Word(*simple[how.asked], "")]
        if how.asked == "place":
            return [Word("nerede", "ADV", "")]
        if how.asked == "hour":
            return around([Word("kaçta", "NUM", "")], ("saat", "NOUN", "nmod"))
        noun = {"day": "gün", "year": "yılda", "firm": "şirket"}[how.asked]
        after = [("için", "ADP", "case")] if how.asked == "firm" else []
        return around([Word(noun, "NOUN", "")], ("hangi", "DET", "det"), after=after)


def _last_vowel(form: str) -> str:
    return next((letter for letter in reversed(form.lower()) if letter in VOWELS), "e")


def suffix(form: str, case: str) -> str:
    """The case suffix that fits a form: acc -(y)i, dat -(y)e, loc -de, abl -den, with harmony."""
    vowel, ends_open = _last_vowel(form), form[-1].lower() in VOWELS
    low = "a" if vowel in "aıou" else "e"
    if case == "acc":
        return ("y" if ends_open else "") + HIGH[vowel]
    if case == "dat":
        return ("y" if ends_open else "") + low
    hard = "t" if form[-1].lower() in HARD else "d"
    return hard + low + ("n" if case == "abl" else "")


def _suffixed(phrase: Phrase, case: str, apostrophe: str = "") -> Phrase:
    """The phrase with a case suffix on its last word, behind an apostrophe for names."""
    last = phrase[-1]
    if case:
        last.form = IRREGULAR.get((last.form, case)) or last.form + apostrophe + suffix(last.form, case)
    return phrase
