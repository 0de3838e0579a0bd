"""Words, sentences and what the formats need of them: surface text, tags, entities, heads, answer spans."""

from __future__ import annotations

from dataclasses import dataclass

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
    return next(word for word in phrase if word.head is None)


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
    start: int = 0


class Sentence:
    """A finished sentence: words with heads, its surface tokens and its text."""

    def __init__(self, words: Phrase, cased: bool) -> None:
        self.words = words
        self.tokens: list[Token] = []
        text, at = "", 0
        while at < len(words):
            first = words[at]
            group = words[at : at + first.parts]
            surface = first.fused or first.form
            if cased and (not text or text == "¿"):
                surface = surface[0].upper() + surface[1:]
            if text and text != "¿" and surface not in NO_SPACE_BEFORE:
                text += " "
            self.tokens.append(Token(surface, group, len(text)))
            text += surface
            at += first.parts
        self.text = text

    def span(self, slot: str) -> tuple[int, str]:
        """Start and text of the contiguous surface tokens that name `slot`."""
        marked = [token for token in self.tokens if any(word.slot == slot for word in token.words)]
        start, last = marked[0].start, marked[-1]
        return start, self.text[start : last.start + len(last.text)]

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
