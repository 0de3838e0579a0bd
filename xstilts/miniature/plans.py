"""Plans: what a text says, in no language yet, and how a grammar turns it into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xstilts.miniature.arabic import Arabic
from xstilts.miniature.english import English
from xstilts.miniature.events import Event
from xstilts.miniature.german import German
from xstilts.miniature.grammar import PLAIN, Grammar, Telling
from xstilts.miniature.hindi import Hindi
from xstilts.miniature.lexicon import REPLIES, word
from xstilts.miniature.names import spelled
from xstilts.miniature.spanish import Spanish
from xstilts.miniature.turkish import Turkish
from xstilts.miniature.words import Sentence

GRAMMARS: dict[str, Grammar] = {
    grammar.language: grammar for grammar in (English(), German(), Spanish(), Turkish(), Hindi(), Arabic())
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence to be told: a statement of one event or two, a question, yes, no or maybe, or one word."""

    events: tuple[Event, ...]
    variant: int = 0
    how: Telling = PLAIN
    asks: str = ""
    reply: int = -1
    entry: tuple[str, str] | None = None  # kind and concept, or "name" and a name

    def told(self, language: str) -> Sentence:
        """The sentence in a language (not for replies)."""
        return self.by(GRAMMARS[language])

    def by(self, grammar: Grammar) -> Sentence:
        """The sentence by a grammar (not for replies)."""
        if self.asks:
            return grammar.ask(self.events[0], self.asks, self.how)
        if len(self.events) == 2:
            return grammar.both(self.events, self.variant, self.how)
        return grammar.say(self.events[0], self.variant, self.how)

    def text(self, language: str) -> str:
        """The text of the sentence in a language."""
        if self.events:
            return self.told(language).text
        if self.entry:
            kind, concept = self.entry
            return spelled(concept, language) if kind == "name" else word(kind, concept, language)
        return REPLIES[language][self.reply] + GRAMMARS[language].full_stop


Plan = Sequence[Line]


def told(event: Event, variant: int = 0, definite: bool = False, pronoun: bool = False) -> Line:
    """A statement of one event."""
    return Line((event,), variant, Telling(definite=definite, pronoun=pronoun))
