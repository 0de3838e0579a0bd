"""One example as html: what was asked, gold, and both answers. Texts run either way: each has its own direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise, zip_longest
from typing import Any
from unicodedata import bidirectional

from xstilts.comparison.judge import Answer, Example

EXCERPT = 90  # characters on either side of what is marked in a context


def show(family: str, example: Example) -> tuple[str, str, tuple[str, str]]:
    """(what was asked, gold, both answers) as html."""
    return SHOWN[family](example)


def text(content: str, tag: str = "p") -> str:
    """Somebody's text in its own direction."""
    return f'<{tag} dir="auto">{escape(content)}</{tag}>'


def direction(words: Sequence[str]) -> str:
    """`rtl` if the first letter with a direction has that one; words that are set apart hide it from a browser."""
    kinds = (bidirectional(character) for word in words for character in word)
    return "rtl" if next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L" else "ltr"


def _two(example: Example, one: Callable[[Answer], str]) -> tuple[str, str]:
    first, second = example.answers
    return one(first), one(second)


def _classification(example: Example) -> tuple[str, str, tuple[str, str]]:
    asked = text(example.row["text_a"]) + (text(example.row["text_b"]) if example.row["text_b"] else "")
    return asked, text(example.gold), _two(example, lambda answer: text(answer.given))


def _tagging(example: Example) -> tuple[str, str, tuple[str, str]]:
    words, gold = example.row["words"], example.gold

    def tagged(tags: Sequence[str | None]) -> str:
        return f'<p class="tags" dir="{direction(words)}">' + " ".join(
            f'<span{"" if tag == right else " class=off"}><bdi>{escape(word)}</bdi><small dir="ltr">'
            f"{escape(tag or '-')}</small></span>"
            for word, right, tag in zip_longest(words, gold, tags[: len(words)])
        ) + "</p>"  # fmt: skip

    return "", tagged(gold), _two(example, lambda answer: tagged(answer.given))


def _span(example: Example) -> tuple[str, str, tuple[str, str]]:
    row = example.row
    golds = [(start, start + len(answer)) for start, answer in zip(row["starts"], row["answers"], strict=True)]
    near = golds[0][0] if golds else 0
    marks = [(one, "gold") for one in golds]
    for answer, name in zip(example.answers, "ab", strict=True):
        if place := nearest(row["context"], answer.given, near):
            marks.append((place, name))
    gold = "".join(text(answer) for answer in dict.fromkeys(row["answers"])) or text("no answer")
    asked = text(row["question"]) + f'<p class="context" dir="auto">{marked(row["context"], marks)}</p>'

    def answered(answer: Answer) -> str:
        return text(answer.given or "no answer") + f"<small>{escape(answer.note)}</small>"

    return asked, gold, _two(example, answered)


def nearest(context: str, answer: str, near: int) -> tuple[int, int] | None:
    """Where an answer stands in its context: predictions are texts, so of several places the one nearest to gold."""
    places, start = [], context.find(answer) if answer else -1
    while start >= 0:
        places.append(start)
        start = context.find(answer, start + 1)
    return (best, best + len(answer)) if places and (best := min(places, key=lambda p: abs(p - near))) >= 0 else None


def marked(context: str, marks: Sequence[tuple[tuple[int, int], str]]) -> str:
    """The part of a context around its marks, as html. Marks may overlap: a character can have several."""
    begin = max(0, min((start for (start, _), _ in marks), default=0) - EXCERPT)
    end = min(len(context), max((stop for (_, stop), _ in marks), default=0) + EXCERPT)
    edges = sorted({begin, end, *(edge for own, _ in marks for edge in own)})
    parts = []
    for start, stop in pairwise(edges):
        kinds = sorted({kind for (first, last), kind in marks if first <= start and stop <= last})
        piece = escape(context[start:stop])
        parts.append(f'<mark class="{" ".join(kinds)}">{piece}</mark>' if kinds else piece)
    return ("… " if begin else "") + "".join(parts) + (" …" if end < len(context) else "")


def _choice(example: Example) -> tuple[str, str, tuple[str, str]]:
    choices = example.row["choices"]
    asked = text(example.row["prompt"]) + "<ol>" + "".join(text(one, "li") for one in choices) + "</ol>"

    def one(place: int) -> str:
        return text(f"{place + 1}. {choices[place]}")

    return asked, one(example.gold), _two(example, lambda answer: one(answer.given))


def _retrieval(example: Example) -> tuple[str, str, tuple[str, str]]:
    row = example.row
    asked = text(row["text"] if "text" in row else row["query"])

    def named(name: Any) -> str:
        return text(example.texts.get(name, "")) + f"<small>{escape(name)}</small>" if name else text("no pair")

    return asked, "".join(map(named, example.gold)) or named(None), _two(example, lambda answer: named(answer.given))


def _translation(example: Example) -> tuple[str, str, tuple[str, str]]:
    return text(example.row["source"]), text(example.gold), _two(example, lambda answer: text(answer.given))


SHOWN: dict[str, Callable[[Example], tuple[str, str, tuple[str, str]]]] = {
    "classification": _classification, "tagging": _tagging, "span": _span, "choice": _choice,
    "retrieval": _retrieval, "dual": _retrieval, "translation": _translation,
}  # fmt: skip
