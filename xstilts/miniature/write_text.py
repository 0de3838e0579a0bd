"""Raw text for pretraining: one document a line, and pairs of aligned lines with English."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from xstilts.miniature import documents
from xstilts.miniature.events import Draw
from xstilts.miniature.grammar import Grammar
from xstilts.miniature.lexicon import LANGUAGES
from xstilts.miniature.mixed import mixing
from xstilts.miniature.plans import Line
from xstilts.miniature.world import World, contents
from xstilts.records.files import write_text


def _kind(world: World, draw: Draw, shares: Mapping[str, float]) -> Callable[[Draw], list[Line]]:
    """A kind of document, by the shares in the settings."""
    at = draw.generator.random() * sum(shares.values())
    for name, share in shares.items():
        at -= share
        if at < 0:
            return documents.KINDS[name]
    return documents.KINDS[name]


def _document(world: World, draw: Draw, shares: Mapping[str, float], languages: Sequence[str]) -> list[str]:
    """One document in these languages, none of whose sentences is an evaluation item, by content or by its text."""
    while True:
        lines = _kind(world, draw, shares)(draw)
        if contents(lines) & world.held:
            continue
        texts = [[line.text(language) for line in lines] for language in languages]
        if not any(world.sentences.get(x, set()).intersection(t) for x, t in zip(languages, texts, strict=True)):
            return [" ".join(sentences) for sentences in texts]


def _spoken(world: World, draw: Draw, grammar: Grammar) -> str:
    """One sentence with words of other languages in it."""
    while True:
        lines = _kind(world, draw, {"line": 1.0})(draw)
        if not contents(lines) & world.held:
            return " ".join(line.by(grammar).text for line in lines)


def write(world: World, out: Path) -> None:
    """mono/<language>.txt for all languages, and parallel/<language>.txt beside parallel/<language>.en.txt."""
    habit = float(world.settings["habit"])
    for language in LANGUAGES:
        draw = world.draw("mono", language, habit=habit)
        lines = [_document(world, draw, world.settings["documents"], (language,))[0] for _ in range(world.size("mono"))]
        write_text(out / "text" / "mono" / f"{language}.txt", "\n".join(lines) + "\n")
    for language in LANGUAGES if world.settings["mixed"] else ():
        draw = world.draw("mixed", language, habit=habit)
        others = [other for other in LANGUAGES if other != language]
        grammar = mixing(language, draw, float(world.settings["switching"]), others)
        lines = [_spoken(world, draw, grammar) for _ in range(world.size("mixed"))]
        write_text(out / "text" / "mixed" / f"{language}.txt", "\n".join(lines) + "\n")
    draw = world.draw("parallel", habit=habit)
    rows = [_document(world, draw, world.settings["translations"], LANGUAGES) for _ in range(world.size("parallel"))]
    for language, column in zip(LANGUAGES, zip(*rows, strict=True), strict=True):
        write_text(out / "text" / "parallel" / f"{language}.txt", "\n".join(column) + "\n")
