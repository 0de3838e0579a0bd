"""Where the answer to a question stands in a translated passage.

The answer's sentence is translated once more with quotation marks round the answer; what stands between the marks in
that translation is looked for in the plain one (Lee et al. 2018; MLQA's translate-train set was made in a like way)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

MARK = '"'  # in the training text of Marian models other quotation marks were turned into this one
RATIO = 0.75  # from this similarity on (difflib) a window of words counts as the answer
_QUOTES = '"“”„«»‟「」『』'
_QUOTED = re.compile(f"[{_QUOTES}]([^{_QUOTES}]+)[{_QUOTES}]")
_EDGES = " .,;:!?।؟،。、…"


def quoted(text: str) -> bool:
    """Whether there are quotation marks already, so that a pair of them would not say where the answer is."""
    return any(mark in text for mark in _QUOTES)


def mark(text: str, start: int, end: int) -> str:
    """The text with marks round this stretch of it."""
    return text[:start] + MARK + text[start:end] + MARK + text[end:]


def marked(text: str) -> str:
    """What stands between the quotation marks of a translation; nothing unless there is exactly one pair."""
    found = _QUOTED.findall(text) if sum(mark in _QUOTES for mark in text) == 2 else []
    return str(found[0]).strip() if found else ""


def bare(answer: str, english: str) -> str:
    """An answer without the full stops and commas at its edges that the English one does not have."""
    return answer.strip() if english.strip(_EDGES) != english.strip() else answer.strip(_EDGES)


def locate(text: str, inside: str, own: str, place: float) -> tuple[str, int, str] | None:
    """(how it was found, start, answer) in `text`, nearest to `place` (0 the beginning, 1 the end), or None.

    `inside` is what was between the marks, `own` the answer translated on its own."""
    for how, answer in (("marked", inside), ("own", own)):
        starts = list(_exactly(text, answer))
        if starts:
            start = min(starts, key=lambda at: (_inside_word(text, at, answer), _distance(text, at, answer, place)))
            return how, start, answer
    close = [window for answer in (inside, own) if answer for window in _similar(text, answer)]
    if not close:
        return None
    _, start, answer = max(close, key=lambda one: (one[0], -_distance(text, one[1], one[2], place), -one[1]))
    return "similar", start, answer


def _exactly(text: str, answer: str) -> Iterator[int]:
    at = text.find(answer) if answer else -1
    while at >= 0:
        yield at
        at = text.find(answer, at + 1)


def _inside_word(text: str, at: int, answer: str) -> bool:
    """Whether a letter stands right before it; endings may follow (Turkish)."""
    return at > 0 and text[at - 1].isalnum() and answer[0].isalnum()


def _distance(text: str, at: int, answer: str, place: float) -> float:
    return abs((at + len(answer) / 2) / len(text) - place)


def _similar(text: str, answer: str) -> Iterator[tuple[float, int, str]]:
    """(similarity, start, window) of the windows of about as many words that are similar enough.

    Where a language has no blanks between words the windows are of characters."""
    spaced = text.count(" ") >= len(text) / 20
    words = [(m.start(), m.end()) for m in re.finditer(r"\S+" if spaced else r"\S", text)]
    count = len(answer.split()) if spaced else len(answer)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(answer.lower())
    for size in range(max(1, count - 1), count + 2):
        for first in range(len(words) - size + 1):
            piece = text[words[first][0] : words[first + size - 1][1]]
            window = piece.strip(_EDGES)
            matcher.set_seq1(window.lower())
            if window and matcher.real_quick_ratio() >= RATIO and (ratio := matcher.ratio()) >= RATIO:
                yield ratio, words[first][0] + piece.index(window), window
