"""Tatoeba (LASER's files) and BUCC 2018 in their published formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from xstilts.miniature.events import Draw, Event
from xstilts.miniature.lexicon import LANGUAGES
from xstilts.miniature.plans import Line, told
from xstilts.miniature.world import World
from xstilts.records.files import write_text

ISO3 = {"de": "deu", "es": "spa", "tr": "tur", "hi": "hin", "ar": "ara"}
FOREIGN = tuple(language for language in LANGUAGES if language != "en")
NAMED = 0.2  # share of named people: names would give the pair away


def _lines(item: tuple[Line, Line]) -> Sequence[Line]:
    return item


def _pair(draw: Draw) -> tuple[Line, Line]:
    """A sentence and its translation, which may put things in another order."""
    event, definite = draw.any(named=NAMED), draw.chance(0.5)
    return told(event, draw.one((0, 0, 1)), definite), told(event, draw.one((0, 0, 1)), definite)


class Tatoeba:
    """Pairs of every language with English; no sentence repeats on either side."""

    def __init__(self, world: World) -> None:
        self.pairs = {}
        for language in FOREIGN:
            draw, seen = world.draw("tatoeba", language), set[str]()

            def make(_: int, draw: Draw = draw, seen: set[str] = seen, language: str = language) -> tuple[Line, Line]:
                while True:
                    pair = _pair(draw)
                    texts = {pair[0].text(language), "en " + pair[1].text("en")}
                    if not texts & seen:
                        seen |= texts
                        return pair

            self.pairs[language] = world.held_out(world.size("tatoeba"), make, _lines, (language, "en"))

    def write(self, out: Path) -> None:
        """Two aligned files a language."""
        for language, pairs in self.pairs.items():
            stem = out / "tatoeba" / f"tatoeba.{ISO3[language]}-eng"
            write_text(Path(f"{stem}.{ISO3[language]}"), "".join(one.text(language) + "\n" for one, _ in pairs))
            write_text(Path(f"{stem}.eng"), "".join(two.text("en") + "\n" for _, two in pairs))


def _near(draw: Draw, event: Event) -> Event:
    """The event with one slot changed: a distractor that shares most words."""
    slots = [slot for slot in ("colour", "object", "place", "day", "hour") if event.value(slot)]
    if not slots:
        return replace(event, agent=draw.person(NAMED))
    slot = draw.one(slots)
    return event.changed(slot, draw.other(slot, event.value(slot)))


class Bucc:
    """Two monolingual corpora a language pair; a minority of the sentences have their translation on the other side,
    and a third of the other English ones differ from a foreign sentence in one word. sample = dev, training = test."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.corpora = {}
        for language in FOREIGN:
            for split, share in (("sample", 2), ("training", 1)):
                size, gold = world.size("bucc") // share, world.size("bucc_gold") // share
                draw = world.draw("bucc", split, language)
                foreign = world.held_out(size, lambda i, d=draw: (_pair(d)[0],), _lines, (language, "en"))  # type: ignore[misc]
                english = world.held_out(size - gold, lambda i, d=draw, f=foreign: (self._other(d, i, f),),  # type: ignore[misc]
                                         _lines, ("en",))  # fmt: skip
                translated = [(replace(line, variant=draw.one((0, 0, 1))),) for (line,) in foreign[:gold]]
                self.corpora[language, split] = (foreign, [*translated, *english], gold)

    @staticmethod
    def _other(draw: Draw, i: int, foreign: Sequence[tuple[Line]]) -> Line:
        line = foreign[i % len(foreign)][0]
        return told(_near(draw, line.events[0]), line.variant) if i % 3 == 0 else _pair(draw)[1]

    def write(self, out: Path) -> None:
        """Three files a split and language, in shuffled order."""
        for (language, split), (foreign, english, gold) in self.corpora.items():
            shuffle = self.world.seeds.numpy("bucc order", split, language)
            places = [shuffle.permutation(len(foreign)), shuffle.permutation(len(english))]
            sides = zip((language, "en"), places, strict=True)
            ids = [[f"{code}-{place + 1:09d}" for place in order] for code, order in sides]
            stem = out / "bucc" / f"{language}-en" / f"{language}-en.{split}"
            for code, lines, names in ((language, foreign, ids[0]), ("en", english, ids[1])):
                rows = sorted(f"{name}\t{line.text(code)}\n" for name, (line,) in zip(names, lines, strict=True))
                write_text(Path(f"{stem}.{code}"), "".join(rows))
            matches = zip(ids[0][:gold], ids[1][:gold], strict=True)
            write_text(Path(f"{stem}.gold"), "".join(sorted(f"{a}\t{b}\n" for a, b in matches)))
