"""Line-aligned sentences in all languages to train a translator on: marked/<language>.txt.

One sentence or phrase a line, of the kinds that the data sets are made of. In a part of the lines one slot stands in
quotation marks, so that a translator learns to carry them over: that is how answers are found again in translated
passages. It is written after everything else, so that nothing of it says what an evaluation item says."""

from __future__ import annotations

from pathlib import Path

from xstilts.miniature import documents, lexicon, names, pairs, passages
from xstilts.miniature.events import VALUES, Draw
from xstilts.miniature.grammar import Telling
from xstilts.miniature.lexicon import LANGUAGES
from xstilts.miniature.plans import Line, told
from xstilts.miniature.world import World, contents
from xstilts.records.files import write_text

MARK = '"'  # on both sides; of all quotation marks the one that released translators know best
SLOTS = ("agent", "object", "patient", "place", "day", "hour", "year", "firm")
Marked = tuple[Line, str]
"""A line and the slot that is marked in it ("" for none)."""


def _statement(draw: Draw) -> Line:
    """A statement as inference, paraphrase, stories, lives and endings have them."""
    kind = draw.one(("inference", "inference", "paraphrase", "story", "story", "ending", "life", "any"))
    if kind == "inference":
        pair = pairs.inference(draw, draw.one(pairs.LABELS))
        return draw.one((pair.first, pair.second))
    if kind == "paraphrase":
        pair = pairs.paraphrase(draw, "1")
        return draw.one((pair.first, pair.second))
    if kind == "ending":
        choice = passages.continuation(draw)
        return told(choice.last.changed("object", draw.one(choice.nouns)), definite=True)
    if kind == "any":
        return documents.line(draw)[0]
    return draw.one((passages.story if kind == "story" else passages.life)(draw, 1).lines)


def _question(draw: Draw) -> Line:
    """A question as stories and lives have them, or a yes-no question."""
    if draw.chance(0.2):
        return Line((draw.act(0.5, (draw.one(pairs.SLOTS),)),), how=Telling(definite=True), asks="polar")
    return (passages.story if draw.chance(0.7) else passages.life)(draw, 1).questions[0].line


def _line(draw: Draw) -> Marked:
    """A statement, a marked statement or a question."""
    if draw.chance(0.2):
        return _question(draw), ""
    line = _statement(draw)
    slots = [s for s in SLOTS if line.events[0].value(s) and not (s == "agent" and line.how.pronoun)]
    single = not line.asks and len(line.events) == 1
    return line, draw.one(slots) if single and draw.chance(0.4) else ""


def _phrases() -> list[Line]:
    """Every word and name once: short answers are of these."""
    words = [Line((), entry=(kind, concept)) for kind in ("object", "person", "place", "day")
             for concept in lexicon.CONCEPTS[kind]]  # fmt: skip
    every = (*names.FIRST_NAMES, *names.LAST_NAMES, *names.CITY_NAMES, *names.FIRM_NAMES)
    return words + [Line((), entry=("name", name)) for name in every]


def _numbers() -> list[str]:
    """Hours and years are the same in all languages."""
    return [str(number) for slot in ("hour", "year") for number in VALUES[slot]]


def _text(marked: Marked, language: str) -> str:
    line, slot = marked
    if not slot:
        return line.text(language)
    sentence = line.told(language)
    start, named = sentence.span(slot)
    return sentence.text[:start] + MARK + named + MARK + sentence.text[start + len(named) :]


def write(world: World, out: Path) -> None:
    """`marked` different sentences, none of which is an evaluation item, and all short phrases."""
    draw, count = world.draw("marked"), world.size("marked")
    rows: dict[tuple[str, ...], None] = {}
    for _ in range(20 * count + 1000):
        line, slot = _line(draw)
        plain = [line.text(language) for language in LANGUAGES]
        known = any(text in world.sentences.get(language, ()) for language, text in zip(LANGUAGES, plain, strict=True))
        if not known and not contents([line]) & world.held:
            rows[tuple(_text((line, slot), language) for language in LANGUAGES)] = None
        if len(rows) == count:
            break
    else:
        raise AssertionError(f"the world is too small for {count} different marked sentences")
    columns = [list(column) for column in zip(*rows, strict=True)]
    for language, column in zip(LANGUAGES, columns, strict=True):
        lines = [*column, *(phrase.text(language) for phrase in _phrases()), *_numbers()]
        write_text(out / "marked" / f"{language}.txt", "\n".join(lines) + "\n")
