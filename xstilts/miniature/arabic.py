"""Arabic: the verb first and agreeing with its subject, noun before adjective, the article, prepositions and "and" as
prefixes. As in the treebanks, `b-` and `w-` are words of their own in a fused token and the article is not."""

# ruff: noqa: D102, RUF012 (letters are the notation of the orders, see Grammar; orders are constants)
from __future__ import annotations

from xstilts.miniature import lexicon
from xstilts.miniature.events import Event
from xstilts.miniature.grammar import Grammar, Telling, around, female, is_name
from xstilts.miniature.words import Phrase, Word

_VERB_FIRST = ("V S L D H", "F V S L D H", "S V L D H")


class Arabic(Grammar):
    """See the module."""

    language = "ar"
    cased = False
    question_mark = "؟"
    conjunction = "و"
    orders = {
        "act": ("V S O L D H", "F V S O L D H", "S V O L D H"), "see": ("V S O L D H", "F V S O L D H", "S V O L D H"),
        "go": _VERB_FIRST, "come": _VERB_FIRST, "be": ("A S L D H", "F A S L D H", "S A L D H"),
        "bear": ("V S L Y", "Y V S L", "S V Y L"), "live": ("V S L", "V S L", "S V L"),
        "work": ("V S G L", "V S G L", "S V G L"),
    }  # fmt: skip
    asks = {
        "act:agent": "Q V O L D H", "act:object": "Q V S L D H", "act:place": "Q V S O D H", "act:day": "Q V S O L H",
        "act:hour": "Q V S O L D", "see:agent": "Q V O L D H", "see:patient": "Q V S L D H", "see:place": "Q V S O D H",
        "see:day": "Q V S O L H", "see:hour": "Q V S O L D", "bear:place": "Q V S", "bear:year": "Q V S",
        "live:place": "Q V S", "work:firm": "Q V S", "act:polar": "M V S O L D H", "see:polar": "M V S O L D H",
        "go:polar": "M V S L D H", "come:polar": "M V S L D H", "be:polar": "M A S L D H",
    }  # fmt: skip

    def person(self, person: str, slot: str) -> Phrase:
        if is_name(person):
            return self.named(person, slot, "PER")
        return [Word(self.the(self.word("person", person)), "NOUN", "", slot=slot)]

    def the(self, form: str) -> str:
        """The form with the article, a prefix (which no foreign word takes)."""
        return form if form.isascii() else "ال" + form

    def S(self, event: Event, how: Telling) -> Phrase:
        if how.pronoun:
            return [Word("هي" if female(event.agent) else "هو", "PRON", "")]
        return self.person(event.agent, "agent")

    def O(self, event: Event, how: Telling) -> Phrase:  # noqa: E743
        return self.person(event.patient, "patient") if event.patient else self.things(event, how)

    def thing(self, thing: tuple[str, str], how: Telling, *case: str) -> Phrase:
        noun, adjective = thing
        after = []
        if adjective:
            feminine = lexicon.gender("object", noun, "ar") == "f"
            form = self.forms("adjective", adjective)[feminine]
            after = [(self.the(form) if how.definite else form, "ADJ", "amod")]
        form = self.word("object", noun)
        return around([Word(self.the(form) if how.definite else form, "NOUN", "", slot="object")], after=after)

    def _woman(self, event: Event, how: Telling) -> bool:
        if how.asked == "agent":
            return False
        if is_name(event.agent):
            return female(event.agent)
        return lexicon.gender("person", event.agent, "ar") == "f"

    def V(self, event: Event, how: Telling) -> Phrase:
        verb = Word(self.forms("verb", event.verb)[self._woman(event, how)], "VERB", "")
        return self.negated(event, verb, ("ما", "PART", "advmod"))

    def A(self, event: Event, how: Telling) -> Phrase:
        return [Word(self.forms("verb", "be")[self._woman(event, how)], "AUX", "")]

    def M(self, event: Event, how: Telling) -> Phrase:
        return [Word("هل", "PART", "")]

    def L(self, event: Event, how: Telling) -> Phrase:
        case = {"go": "إلى", "come": "من"}.get(event.kind, "")
        if event.place[0].isupper():
            return around(self.named(event.place, "place", "LOC"), (case or "في", "ADP", "case"))
        place = [Word(self.the(self.word("place", event.place)), "NOUN", "", slot="place")]
        words = around(place, (case or "ب", "ADP", "case"))
        if not case:
            _fuse(words)
        return words

    def D(self, event: Event, how: Telling) -> Phrase:
        day = Word("يوم", "NOUN", "")
        return [day, Word(self.word("day", event.day), "NOUN", "nmod", day, slot="day")]

    def H(self, event: Event, how: Telling) -> Phrase:
        hour = Word("الساعة", "NOUN", "")
        return [hour, Word(str(event.hour), "NUM", "nummod", hour, slot="hour")]

    def Y(self, event: Event, how: Telling) -> Phrase:
        year = Word("عام", "NOUN", "")
        return around([year, Word(str(event.year), "NUM", "nummod", year, slot="year")], ("في", "ADP", "case"))

    def G(self, event: Event, how: Telling) -> Phrase:
        return around(self.named(event.firm, "firm", "ORG"), ("لدى", "ADP", "case"))

    def Q(self, event: Event, how: Telling) -> Phrase:
        simple = {"agent": "من", "patient": "من", "object": "ماذا"}
        if how.asked in simple:
            return [Word(simple[how.asked], "PRON", "")]
        if how.asked == "place":
            return [Word("أين", "ADV", "")]
        noun = {"day": "يوم", "hour": "ساعة", "year": "عام", "firm": "شركة"}[how.asked]
        case = "لدى" if how.asked == "firm" else "في"
        return around([Word(noun, "NOUN", "")], (case, "ADP", "case"), ("أي", "DET", "det"))

    def joined(self, phrase: Phrase, head: Word) -> Phrase:
        words = [Word(self.conjunction, "CCONJ", "cc", head), *phrase]
        _fuse(words)
        return words


def _fuse(words: Phrase) -> None:
    """Write the first word as a prefix of the next token (which may be a fused one itself)."""
    following = words[1]
    words[0].fused = words[0].form + (following.fused or following.form)
    words[0].parts = 1 + following.parts
    following.fused, following.parts = "", 1
