"""Words, sentences and what the formats need of them: surface text, tags, entities, heads, answer spans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

NO_SPACE_BEFORE = frozenset(".,?।؟،")


@dataclass(eq=False, slots=True)
class Word:
    """One syntactic word. `fused` on the first part of a multi-word token is the surface form of its `parts` words."""

    form: str
    upos: str
    deprel: str
    head: Word | None = None
    slot: str = ""  # which part of the meaning it names: agent, object, place, day, ... (content words only)
    entity: str = ""  # PER, LOC or ORG
    begins: bool = False  # the first word of its entity
    fused: str = ""
    parts: int = 1


Phrase = list[Word]


def top(phrase: Phrase) -> Word:
    """The word that governs the phrase: the only one without a head."""
    for word in phrase:
        if word.head is None:
            return word
    raise AssertionError("a phrase without a top")


def attach(phrase: Phrase, governor: Word, deprel: str) -> Phrase:
    """Make the phrase depend on `governor`."""
    word = top(phrase)
    word.head, word.deprel = governor, deprel
    return phrase


@dataclass(slots=True)
class Token:
    """One surface token and the syntactic words in it."""

    text: str
    words: list[Word]
    start: int


class Sentence:
    """A finished sentence: words with heads, its text, and its surface tokens where somebody asks for them."""

    def __init__(self, words: Phrase, cased: bool) -> None:
        self.words = words
        self.cased = cased
        self.text = "".join(before + surface for before, surface, _ in self._surface())

    def _surface(self) -> Iterator[tuple[str, str, Phrase]]:
        """(blank or nothing, surface form, its words) of each token, the first with a capital if there are any."""
        at, glued, capital = 0, True, self.cased
        while at < len(self.words):
            first = self.words[at]
            surface = first.fused or first.form
            if capital and surface != "¿":
                surface, capital = surface[0].upper() + surface[1:], False
            yield "" if glued or surface in NO_SPACE_BEFORE else " ", surface, self.words[at : at + first.parts]
            glued = surface == "¿"
            at += first.parts

    @cached_property
    def tokens(self) -> list[Token]:
        """The surface tokens and where they are in the text."""
        tokens, start = [], 0
        for before, surface, words in self._surface():
            start += len(before)
            tokens.append(Token(surface, words, start))
            start += len(surface)
        return tokens

    def span(self, slot: str) -> tuple[int, str]:
        """Start and text of the contiguous surface tokens that name `slot`."""
        marked = [token for token in self.tokens if any(word.slot == slot for word in token.words)]
        start, last = marked[0].start, marked[-1]
        name, apostrophe, _ = last.text.partition("'")  # Turkish: Berlin'de is about Berlin
        end = last.start + len(name if apostrophe else last.text)
        return start, self.text[start:end]

    def entities(self) -> list[tuple[str, str]]:
        """Surface tokens with IOB2 entity tags."""
        tagged = []
        for token in self.tokens:
            named = [word for word in token.words if word.entity]
            tag = f"{'B' if named[0].begins else 'I'}-{named[0].entity}" if named else "O"
            tagged.append((token.text, tag))
        return tagged

    def conllu(self, sent_id: str) -> str:
        """The sentence as a CoNLL-U block, with range lines for multi-word tokens."""
        number = {id(word): i for i, word in enumerate(self.words, 1)}
        lines = [f"# sent_id = {sent_id}", f"# text = {self.text}"]
        for i, token in enumerate(self.tokens):
            end = token.start + len(token.text)
            glued = i + 1 < len(self.tokens) and self.tokens[i + 1].start == end
            misc = "SpaceAfter=No" if glued else "_"
            first = number[id(token.words[0])]
            if len(token.words) > 1:
                lines.append(f"{first}-{first + len(token.words) - 1}\t{token.text}" + "\t_" * 7 + f"\t{misc}")
            for word in token.words:
                single = len(token.words) == 1
                head = number[id(word.head)] if word.head is not None else 0
                form = token.text if single else word.form
                relation = word.deprel if head else "root"
                lines.append(
                    f"{number[id(word)]}\t{form}\t{word.form.lower()}\t{word.upos}\t_\t_\t{head}\t{relation}\t_"
                    f"\t{misc if single else '_'}"
                )
        return "\n".join(lines) + "\n\n"
