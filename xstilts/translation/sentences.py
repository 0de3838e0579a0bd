"""Cutting English text into sentences, which is what translators are trained on and fit into their length.

A sentence ends with . ! or ? (and closing quotes or brackets) before a blank and a capital, a digit or an opening
quote; not after an initial ("J. Smith") or a known abbreviation; a line break always ends one. HellaSwag's marks
([title], [step] ...) are parts of their own. A wrong cut costs quality, never text: the parts joined are the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import combining

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


def halves(text: str) -> tuple[str, str, str]:
    """A text in two, with what joins their translations: cut at the blank nearest to its middle, else at any other
    white space, else anywhere (a long address, languages without blanks), and then nothing joins them.

    A mark that combines with the letter before it stays with that. Both halves have characters, for a text of two."""
    inner = range(1, len(text) - 1)
    for is_cut in (" ".__eq__, str.isspace):
        if cuts := [place for place in inner if is_cut(text[place])]:
            at = min(cuts, key=lambda place: abs(place - len(text) / 2))
            return text[:at], text[at + 1 :], " "
    whole = [place for place in range(1, len(text)) if not combining(text[place])] or [len(text) // 2]
    at = min(whole, key=lambda place: abs(place - len(text) / 2))
    return text[:at], text[at:], ""


def _abbreviated(sentence: str) -> bool:
    """Whether its last full stop belongs to an initial or an abbreviation."""
    if not sentence.endswith("."):
        return False
    last = sentence[:-1].split()[-1:] or [""]
    word = last[0].lstrip("(\"'“‘[").lower()
    return word in ABBREVIATIONS or bool(re.fullmatch(r"(?:[a-z]\.)*[a-z]", word) and word != "i")
