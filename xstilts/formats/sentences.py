"""Sentences of English paragraphs, for data sets that come without: SQuAD as the training set of LAReQA.

Behaves like `infer_sentence_breaks` of xtreme `third_party/processors/sb_sed.py` @838c13b, by which XQuAD-R was cut too
(LAReQA, section 3.1), but for its rules about single titles and names in SQuAD. Written as a table: at a blank, the
last rule that fits on both sides says whether a sentence ends there."""

from __future__ import annotations

import re
from itertools import pairwise

TITLES = "Mrs? Ms Dr Prof Fr Rev Msgr Sta? Lt Gen Col Maj Adm Capt Sgt Rep Gov Sen Pres Mt Ft".split()
SHORT = r"e\.g i\.?e vs? pp? cf a\.k\.a approx app es[pt] tr Jan Aug Oct Nov Dec".split()
PARTS = "[Aa]rt [Nn]o Opp? ch Sec cl Rec Ecl Cor Lk Jn Vol".split()  # of documents, with a number
STARTS = "The This That These It".split()
AFTER_STOP = [
    "Meanwhile",
    "However",
    *(f"{word} " for word in "In On By During After Under Although Yet Several".split()),
]
AFTER_STOP.append("According to ")

RULES: tuple[tuple[str, str, bool], ...] = (  # what stands before the blank, what after it, whether a sentence ends
    (r"[.?!][)'\"” ]*", r"\s*['\"(“[]?[A-Z0-9]", True),
    (r"[.?!]['\"]?(?:\[[a-zA-Z0-9 ?]+\])+", r"\s*['\"(]?[A-Z0-9]", True),  # [citation needed]
    (r"\[\.\.\.\]\s*", r"\[?[A-Z]", True),
    (rf"\b(?:{'|'.join(TITLES + SHORT)})\.", "", False),
    (r"\b[ap]\.m\.", r"(?:Eastern|EST)\b", False),
    (r"\b[A-Z]\.", r"(?:[A-Z]\. ){0,2}\"?[A-Z][a-z]", False),  # initials
    (r"[.!?]['\")]*", rf"(?:{'|'.join(STARTS)}) ", True),
    (r"\.", rf"(?:{'|'.join(AFTER_STOP)})", True),
    (rf"\b(?:{'|'.join(PARTS)})\.", r"[0-9IVX]+\b", False),
    (r"\b(?:[bdrc]|ca|fl)\.", "[A-Z0-9]", False),  # born, died, ruled, circa, flourished
    (r"\bet al\.", r"\(?[0-9]{4}\b", False),
    (r"\bH\.R\.", "[0-9]", False),
    (r"U\.S\.", r"\(?\d\d", False),
)
WIDEST = 80  # characters before a blank that a rule can look at
COMPILED = [(re.compile(f"(?:{before})$"), re.compile(after), ends) for before, after, ends in RULES]


def sentence_breaks(text: str) -> list[tuple[int, int]]:
    """(start, end) of every sentence, in characters and without the blanks around it."""
    text = text.replace("\n", " ")
    cuts = [0, *(place.end() for place in re.finditer(r"\s", text) if _ends(text, place.start())), len(text)]
    spans = []
    for first, last in pairwise(cuts):
        sentence = text[first:last]
        start = first + len(sentence) - len(sentence.lstrip())
        if sentence.strip():
            spans.append((start, start + len(sentence.strip())))
    return spans


def _ends(text: str, blank: int) -> bool:
    """Whether a sentence ends at this blank."""
    before = text[max(0, blank - WIDEST) : blank]
    if not re.search(r"[.?!\]][)'\"” ]*$", before):
        return False
    found = False
    for left, right, ends in COMPILED:
        if left.search(before) and right.match(text, blank + 1):
            found = ends
    return found
