"""Universal Dependencies (CoNLL-U with multi-word tokens) and WikiAnn (PANX) in their published formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from xstilts.miniature.events import Draw
from xstilts.miniature.lexicon import LANGUAGES
from xstilts.miniature.plans import Line, told
from xstilts.miniature.world import World
from xstilts.records.files import write_text

TREEBANKS = {"en": "English", "de": "German", "es": "Spanish", "tr": "Turkish", "hi": "Hindi", "ar": "Arabic"}


def _one(line: Line) -> Sequence[Line]:
    return (line,)


def any_line(draw: Draw) -> Line:
    """A sentence of any kind: an everyday event or two, a piece of a life."""
    kind = draw.generator.random()
    if kind < 0.15:
        return told(draw.one(draw.life(draw.name(full=0.7))), draw.one((0, 1, 2)), pronoun=draw.chance(0.3))
    if kind < 0.3:
        return Line((draw.any(), draw.any()))
    return told(draw.any(), draw.one((0, 1, 2)), definite=draw.chance(0.4))


def entity_line(draw: Draw) -> Line:
    """A sentence about named people, cities and firms, in which most people have two names."""
    if draw.chance(0.5):
        event = draw.one(draw.life(draw.name(full=0.7)))
        return told(replace(event, place=draw.one(draw.cities)) if event.kind == "work" else event, draw.one((0, 1, 2)))
    event = draw.any(named=0.8)
    return told(event, draw.one((0, 1, 2)), definite=draw.chance(0.4))


class Tagged:
    """UD and PANX: each language has its own sentences. English training sets know every second name only, so that
    tagging a test name needs more than having seen it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.splits = {
            (task, split, language): self._drawn(world.held_out, task, split, language, (language,))
            for task in ("udpos", "panx") for split in ("dev", "test") for language in LANGUAGES
        }  # fmt: skip

    def _drawn(
        self, take: Callable[..., list[Line]], task: str, split: str, language: str, *more: object
    ) -> list[Line]:
        draw = self.world.draw(task, split, language, names_step=2 if split == "train" else 1)
        kind = any_line if task == "udpos" else entity_line
        count = self.world.size("items") if split != "train" else self.world.size(task)
        return take(count, lambda i: kind(draw), _one, *more)

    def write(self, out: Path) -> None:
        """All files of both data sets."""
        for task in ("udpos", "panx"):
            self.splits[task, "train", "en"] = self._drawn(self.world.training, task, "train", "en")
        for (task, split, language), lines in self.splits.items():
            if task == "udpos":
                blocks = [line.told(language).conllu(f"{split}-s{i}") for i, line in enumerate(lines, 1)]
                folder = out / "udpos" / f"UD_{TREEBANKS[language]}-Mini"
                write_text(folder / f"{language}_mini-ud-{split}.conllu", "".join(blocks))
            else:
                write_text(out / "panx" / language / split, "".join(_panx(line, language) for line in lines))


def _panx(line: Line, language: str) -> str:
    return "".join(f"{language}:{token}\t{tag}\n" for token, tag in line.told(language).entities()) + "\n"
