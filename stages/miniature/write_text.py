"""Raw text for pretraining: one document a line, and pairs of aligned lines with English."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from stages.common.files import write_text
from stages.miniature import documents
from stages.miniature.events import Draw
from stages.miniature.lexicon import LANGUAGES
from stages.miniature.plans import Line
from stages.miniature.world import World, contents


def _kind(world: World, draw: Draw) -> Callable[[Draw], list[Line]]:
    """A kind of document, by the shares in the settings."""
    shares: dict[str, float] = world.settings["documents"]
    at = draw.generator.random() * sum(shares.values())
    for name, share in shares.items():
        at -= share
        if at < 0:
            return documents.KINDS[name]
    return documents.KINDS[name]


def _document(world: World, draw: Draw, languages: Sequence[str]) -> list[str]:
    """One document in these languages, none of whose sentences is an evaluation item, by content or by its text."""
    while True:
        lines = _kind(world, draw)(draw)
        if contents(lines) & world.held:
            continue
        texts = [[line.text(language) for line in lines] for language in languages]
        if not any(world.sentences.get(x, set()).intersection(t) for x, t in zip(languages, texts, strict=True)):
            return [" ".join(sentences) for sentences in texts]


def write(world: World, out: Path) -> None:
    """mono/<language>.txt for all languages, and parallel/<language>.txt beside parallel/<language>.en.txt."""
    for language in LANGUAGES:
        draw = world.draw("mono", language)
        lines = [_document(world, draw, (language,))[0] for _ in range(world.size("mono"))]
        write_text(out / "text" / "mono" / f"{language}.txt", "\n".join(lines) + "\n")
    draw = world.draw("parallel")
    rows = [_document(world, draw, LANGUAGES) for _ in range(world.size("parallel"))]
    for language, column in zip(LANGUAGES, zip(*rows, strict=True), strict=True):
        write_text(out / "text" / "parallel" / f"{language}.txt", "\n".join(column) + "\n")
