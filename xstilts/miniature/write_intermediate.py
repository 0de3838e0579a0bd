"""SNLI, ANLI, QQP, Cosmos QA and CommonsenseQA in their published formats."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from xstilts.miniature import intermediate
from xstilts.miniature.events import Draw
from xstilts.miniature.pairs import LABELS
from xstilts.miniature.plans import Line
from xstilts.miniature.world import World
from xstilts.records.files import write_text

ROUNDS = {"1": (1, False), "2": (2, False), "3": (2, True)}  # sentences beside the point; is one about the same person?


class Item(Protocol):
    """Whatever says something."""

    @property
    def lines(self) -> Sequence[Line]:
        """What it says."""


T = TypeVar("T", bound=Item)


def _drawn(world: World, name: str, make: Callable[[Draw, int], T], dev: int) -> tuple[list[T], Callable[[], list[T]]]:
    """The development items, whose content is held back from now on, and what draws the training items later."""

    def maker(split: str) -> Callable[[int], T]:
        draw = world.draw(name, split)
        return lambda i: make(draw, i)

    def lines(item: T) -> Sequence[Line]:
        return item.lines

    held = world.held_out(dev, maker("dev"), lines, ("en",))
    return held, lambda: world.training(world.size(name.split()[0]), maker("train"), lines)


def _jsonl(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


class Pictures:
    """SNLI. As in the published files some rows have no majority label."""

    def __init__(self, world: World) -> None:
        def make(draw: Draw, i: int) -> intermediate.Judgement:
            return intermediate.judgement(draw, LABELS[i % 3])

        self.dev, self.train = _drawn(world, "snli", make, world.size("items"))

    def write(self, out: Path) -> None:
        """Training and development files."""
        for split, rows in (("train", self.train()), ("dev", self.dev)):
            write_text(out / "snli" / f"snli_1.0_{split}.jsonl", _jsonl(map(_snli, range(len(rows)), rows)))


def _snli(i: int, row: intermediate.Judgement) -> dict[str, Any]:
    caption, unsure = f"{1000 + i}.jpg#0", i % 100 == 99
    other = LABELS[(LABELS.index(row.label) + 1) % 3]
    return {
        "annotator_labels": [row.label, row.label, other, other] if unsure else [row.label], "captionID": caption,
        "gold_label": "-" if unsure else row.label, "pairID": f"{caption}r1{row.label[0]}",
        "sentence1": row.context[0].text("en"), "sentence2": row.hypothesis.text("en"),
    }  # fmt: skip


class Adversarial:
    """ANLI, whose rounds get harder: the premise stands among more that is beside the point."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rounds = {number: self._round(number) for number in ROUNDS}

    def _round(self, number: str) -> tuple[list[intermediate.Judgement], Callable[[], list[intermediate.Judgement]]]:
        def make(draw: Draw, i: int) -> intermediate.Judgement:
            return intermediate.judgement(draw, LABELS[i % 3], *ROUNDS[number])

        return _drawn(self.world, f"anli {number}", make, -(-self.world.size("items") // 2))

    def write(self, out: Path) -> None:
        """Training and development files of the three rounds."""
        for number, (dev, train) in self.rounds.items():
            for split, rows in (("train", train()), ("dev", dev)):
                lines = [self._row(number, split, i, row) for i, row in enumerate(rows)]
                write_text(out / "anli" / f"R{number}" / f"{split}.jsonl", _jsonl(lines))

    def _row(self, number: str, split: str, i: int, row: intermediate.Judgement) -> dict[str, Any]:
        fooled = LABELS[(LABELS.index(row.label) + 1 + i // 3 % 2) % 3]
        return {
            "uid": f"{self.world.seeds.integer('anli id', number, split, i):016x}",
            "context": " ".join(line.text("en") for line in row.context), "hypothesis": row.hypothesis.text("en"),
            "label": row.label[0], "model_label": fooled[0], "reason": "",
        }  # fmt: skip


class Questions:
    """QQP in GLUE's layout."""

    def __init__(self, world: World) -> None:
        def make(draw: Draw, i: int) -> intermediate.Duplicate:
            return intermediate.duplicate(draw, "01"[i % 2], roles=i % 4 == 0)

        self.dev, self.train = _drawn(world, "qqp", make, world.size("items"))

    def write(self, out: Path) -> None:
        """Training and development files."""
        for split, rows in (("train", self.train()), ("dev", self.dev)):
            lines = ["id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate"]
            for i, row in enumerate(rows):
                ids = f"{i}\t{2 * i + 1}\t{2 * i + 2}"
                lines.append(f"{ids}\t{row.first.text()}\t{row.second.text()}\t{row.label}")
            write_text(out / "qqp" / f"{split}.tsv", "\n".join(lines) + "\n")


class Narratives:
    """Cosmos QA: the authors' CSV files."""

    def __init__(self, world: World) -> None:
        def make(draw: Draw, i: int) -> intermediate.Narrative:
            return intermediate.narrative(draw)

        self.dev, self.train = _drawn(world, "cosmosqa", make, world.size("items"))

    def write(self, out: Path) -> None:
        """Training and development files."""
        for name, rows in (("train", self.train()), ("valid", self.dev)):
            text = io.StringIO()
            file = csv.writer(text, lineterminator="\n")
            file.writerow("id context question answer0 answer1 answer2 answer3 label".split())
            for i, row in enumerate(rows):
                context = " ".join(line.text("en") for line in row.lines)
                file.writerow([f"{name}##Blog_{i}##q1_a1", context, row.question.text("en"), *row.answers, row.label])
            write_text(out / "cosmosqa" / f"{name}.csv", text.getvalue())


class Commonsense:
    """CommonsenseQA: stem and choices inside `question`."""

    def __init__(self, world: World) -> None:
        def make(draw: Draw, i: int) -> intermediate.Riddle:
            return intermediate.riddle(draw)

        self.world = world
        self.dev, self.train = _drawn(world, "csqa", make, world.size("items"))

    def write(self, out: Path) -> None:
        """Training and development files."""
        for split, rows in (("train", self.train()), ("dev", self.dev)):
            lines = [self._row(split, i, row) for i, row in enumerate(rows)]
            write_text(out / "csqa" / f"{split}_rand_split.jsonl", _jsonl(lines))

    def _row(self, split: str, i: int, row: intermediate.Riddle) -> dict[str, Any]:
        choices = [{"label": letter, "text": text} for letter, text in zip("ABCDE", row.answers, strict=True)]
        return {
            "answerKey": "ABCDE"[row.label], "id": f"{self.world.seeds.integer('csqa id', split, i):016x}",
            "question": {
                "question_concept": row.event.things[0][0] if row.slot != "object" else row.event.verb,
                "choices": choices, "stem": row.question,
            },
        }  # fmt: skip
