"""Cutting English text into sentences, which is what translators are trained on and fit into their length.

A sentence ends with . ! or ? (and closing quotes or brackets) before a blank and a capital, a digit or an opening
quote; not after an initial ("J. Smith") or a known abbreviation; a line break always ends one. HellaSwag's marks
([title], [step] ...) are parts of their own. A wrong cut costs quality, never text: the parts joined are the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st mt gen col capt lt sgt rev hon jr sr vs no vol pp fig ca approx e.g i.e etc al u.s u.k d.c "
    "inc ltd co corp dept est jan feb mar apr jun jul aug sept oct nov dec ave blvd".split()
)
_END = re.compile(r"""[.!?]+["'”’)\]]*(?=\s+["'“‘(\[]*[A-Z0-9])|\n+|\[(?:header|title|step|substeps)\]""")
_MARK = re.compile(r"\[(?:header|title|step|substeps)\]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text: a sentence, or what stands between sentences and is copied."""

    text: str
    start: int
    sentence: bool

    @property
    def end(self) -> int:
        """Where the next part begins."""
        return self.start + len(self.text)


def split(text: str) -> list[Part]:
    """The parts of a text, in order and without gaps."""
    cuts = [0]
    for match in _END.finditer(text):
        if _MARK.fullmatch(match[0]):
            cuts += [match.start(), match.end()]
        elif match[0].isspace() or not _abbreviated(text[cuts[-1] : match.end()]):
            cuts.append(match.end())
    parts: list[Part] = []
    for start, end in zip(cuts, [*cuts[1:], len(text)]):
        piece = text[start:end]
        body = piece.strip()
        at = start + len(piece) - len(piece.lstrip())
        for begin, finish, sentence in ((start, at, False), (at, at + len(body), True), (at + len(body), end, False)):
            if begin < finish:
                kept = sentence and not _MARK.fullmatch(body)
                parts.append(Part(text[begin:finish], begin, kept))
    return parts


def _abbreviated(sentence: str) -> bool:
    """Whether its last full stop belongs to an initial or an abbreviation."""
    if not sentence.endswith("."):
        return False
    last = sentence[:-1].split()[-1:] or [""]
    word = last[0].lstrip("(\"'“‘[").lower()
    return word in ABBREVIATIONS or bool(re.fullmatch(r"(?:[a-z]\.)*[a-z]", word) and word != "i")
