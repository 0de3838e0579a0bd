"""CCG supertags of English sentences, in the format in which jiant reads CCGbank.

The categories are CCGbank's, and with its rules (application, crossed composition for `not`, N as NP, coordination,
punctuation) they derive every sentence: the test parses them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from xstilts.miniature.plans import Line
from xstilts.miniature.words import Sentence, Word
from xstilts.miniature.world import World
from xstilts.miniature.write_tags import any_line
from xstilts.records.files import write_text

PREDICATE = r"S[dcl]\NP"
ADJUNCT = r"(S\NP)\(S\NP)"
PLAIN = {"DET": "NP[nb]/N", "ADJ": "N/N", "PRON": "NP", "CCONJ": "conj", "PART": ADJUNCT}


def supertags(sentence: Sentence) -> list[tuple[str, str]]:
    """(word, category) of an English statement."""
    return [(token.text, _category(token.words[0], sentence.words)) for token in sentence.tokens]


def _category(word: Word, words: Sequence[Word]) -> str:
    if word.upos == "PUNCT":
        return word.form
    if word.upos in PLAIN:
        return PLAIN[word.upos]
    if word.upos == "ADP":
        return _preposition(word, words)
    if word.upos == "AUX":
        return _auxiliary(word, words)
    if word.upos == "VERB":
        return _verb(word, words)
    return "N/N" if _before_noun(word, words) else "N"


def _before_noun(word: Word, words: Sequence[Word]) -> bool:
    """Whether the next word belongs to the same noun phrase: a first name, the number of an hour."""
    after = words[words.index(word) + 1]
    return after.deprel in ("flat", "nmod")


def _preposition(word: Word, words: Sequence[Word]) -> str:
    noun = word.head
    assert noun is not None, "a preposition stands before a noun"
    if _argument(noun, words):
        return "PP/NP"
    return "(S/S)/NP" if words.index(noun) < _subject(noun, words) else f"({ADJUNCT})/NP"


def _subject(word: Word, words: Sequence[Word]) -> int:
    """Where the subject of the word's clause stands: what is before it is fronted. (In a passive it is the object.)"""
    clause = word if _copula(word, words) else word.head
    return next(i for i, one in enumerate(words) if one.deprel in ("nsubj", "nsubj:pass", "obj") and one.head is clause)


def _argument(noun: Word, words: Sequence[Word]) -> bool:
    """Whether a verb or `was` wants the noun's phrase: the place of `go`, `come`, `live`, `be`, the firm of `work`.

    A fronted phrase is an adjunct, as CCGbank has it."""
    if words.index(noun) < _subject(noun, words):
        return False
    verb = noun.head
    if _copula(noun, words):
        return True
    if verb is None or noun.deprel != "obl" or verb.upos != "VERB" or _passive(verb, words) or _object(verb, words):
        return False
    return next((one for one in _phrases(verb, words) if one.slot in ("place", "firm")), None) is noun


def _phrases(verb: Word, words: Sequence[Word]) -> Iterator[Word]:
    """The nouns of the phrases after the verb."""
    return (one for one in words[words.index(verb) :] if one.head is verb and one.deprel == "obl")


def _copula(noun: Word, words: Sequence[Word]) -> bool:
    return any(one.deprel == "cop" and one.head is noun for one in words)


def _passive(verb: Word, words: Sequence[Word]) -> bool:
    return any(one.deprel == "aux:pass" and one.head is verb for one in words)


def _object(verb: Word, words: Sequence[Word]) -> bool:
    return any(one.deprel == "obj" and one.head is verb for one in words)


def _auxiliary(word: Word, words: Sequence[Word]) -> str:
    head = word.head
    assert head is not None, "an auxiliary has a head"
    if word.deprel == "cop":
        return f"({PREDICATE})/PP" if _argument(head, words) else PREDICATE
    return rf"({PREDICATE})/(S[{'pss' if word.deprel == 'aux:pass' else 'b'}]\NP)"


def _verb(verb: Word, words: Sequence[Word]) -> str:
    if _passive(verb, words):
        return r"S[pss]\NP"
    auxiliary = any(one.deprel == "aux" and one.head is verb for one in words)
    predicate = r"S[b]\NP" if auxiliary else PREDICATE
    if _object(verb, words):
        return f"({predicate})/NP"
    return f"({predicate})/PP" if any(_argument(one, words) for one in _phrases(verb, words)) else predicate


def _one(line: Line) -> Sequence[Line]:
    return (line,)


class Supertags:
    """CCG: training, development and test sentences, and the numbers of the categories."""

    def __init__(self, world: World) -> None:
        self.world = world
        count = world.size("items")
        self.splits = {split: world.held_out(count, self._make(split), _one, ("en",)) for split in ("dev", "test")}

    def _make(self, split: str) -> Callable[[int], Line]:
        draw = self.world.draw("ccg", split)
        return lambda i: any_line(draw)

    def write(self, out: Path) -> None:
        """ccg.train, ccg.dev, ccg.test and tags_to_id.json."""
        train = self.world.training(self.world.size("ccg"), self._make("train"), _one)
        numbers: dict[str, int] = {}
        for split, lines in {"train": train, **self.splits}.items():
            rows = [supertags(line.told("en")) for line in lines]
            for _, tag in (pair for row in rows for pair in row):
                numbers.setdefault(tag, len(numbers))
            columns = ["\t".join(map(" ".join, zip(*row, strict=True))) for row in rows]
            write_text(out / "ccg" / f"ccg.{split}", "\n".join(columns) + "\n")
        write_text(out / "ccg" / "tags_to_id.json", json.dumps(numbers, indent=0) + "\n")
