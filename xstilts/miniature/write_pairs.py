"""MNLI, XNLI, PAWS-X and HellaSwag in their published formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from xstilts.miniature import pairs, passages
from xstilts.miniature.lexicon import LANGUAGES
from xstilts.miniature.pairs import Pair
from xstilts.miniature.plans import Line
from xstilts.miniature.world import World
from xstilts.records.files import write_text

XNLI_HEADER = (
    "language gold_label sentence1_binary_parse sentence2_binary_parse sentence1_parse sentence2_parse sentence1 "
    "sentence2 promptID pairID genre label1 label2 label3 label4 label5 sentence1_tokenized sentence2_tokenized match"
).split()
PARAPHRASE = ("0", "1")


def _sides(pair: Pair) -> tuple[Line, Line]:
    return pair.first, pair.second


def _mnli(rows: list[Pair]) -> str:
    lines = [
        json.dumps(
            {"annotator_labels": [row.label], "genre": "fiction", "gold_label": row.label,
             "pairID": f"{i}{row.label[0]}", "promptID": str(i),
             "sentence1": row.first.text("en"), "sentence2": row.second.text("en")},
            ensure_ascii=False,
        )
        for i, row in enumerate(rows)
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _xnli(rows: list[Pair]) -> str:
    lines = ["\t".join(XNLI_HEADER)]
    for language in LANGUAGES:
        for i, row in enumerate(rows, 1):
            one, two = row.first.text(language), row.second.text(language)
            lines.append("\t".join([language, row.label, "", "", "", "", one, two, str(i), str(i), "fiction",
                                    *[row.label] * 5, one, two, "True"]))  # fmt: skip
    return "\n".join(lines) + "\n"


class Inference:
    """MNLI and XNLI. XNLI's training set is MNLI, so that its folder has a copy."""

    def __init__(self, world: World) -> None:
        def make(purpose: str) -> Callable[[int], Pair]:
            draw = world.draw("inference", purpose)
            return lambda i: pairs.inference(draw, pairs.LABELS[i % 3])

        self.world, self.make = world, make
        items = world.size("items")
        self.splits = {
            split: world.held_out(items, make(split), _sides, LANGUAGES) for split in ("matched", "dev", "test")
        }

    def write(self, out: Path) -> None:
        """The training files (drawn now, after all evaluation items are held back) and the evaluation files."""
        rows = self.world.training(self.world.size("mnli"), self.make("train"), _sides)
        train = _mnli(rows)
        for task in ("mnli", "xnli"):
            write_text(out / task / "multinli_1.0_train.jsonl", train)
        write_text(out / "mnli" / "multinli_1.0_dev_matched.jsonl", _mnli(self.splits["matched"]))
        for split in ("dev", "test"):
            write_text(out / "xnli" / f"xnli.{split}.tsv", _xnli(self.splits[split]))


class Paraphrase:
    """PAWS-X."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.splits = {split: world.held_out(world.size("items"), self._make(split), _sides, LANGUAGES)
                       for split in ("dev_2k", "test_2k")}  # fmt: skip

    def _make(self, split: str) -> Callable[[int], Pair]:
        draw = self.world.draw("paraphrase", split)
        return lambda i: pairs.paraphrase(draw, PARAPHRASE[i % 2])

    def write(self, out: Path) -> None:
        """All files of the x-final folder."""
        rows = self.world.training(self.world.size("pawsx"), self._make("train"), _sides)
        write_text(out / "pawsx" / "en" / "train.tsv", _pawsx(rows, "en"))
        for language in LANGUAGES:
            for split, items in self.splits.items():
                write_text(out / "pawsx" / language / f"{split}.tsv", _pawsx(items, language))


def _pawsx(rows: list[Pair], language: str) -> str:
    lines = ["id\tsentence1\tsentence2\tlabel"]
    for i, row in enumerate(rows, 1):
        lines.append(f"{i}\t{row.first.text(language)}\t{row.second.text(language)}\t{row.label}")
    return "\n".join(lines) + "\n"


class Continuation:
    """HellaSwag, English only as the real one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dev = world.held_out(world.size("items"), self._make("val"), lambda item: item.start, ("en",))

    def _make(self, split: str) -> Callable[[int], passages.Choice]:
        draw = self.world.draw("continuation", split)
        return lambda i: passages.continuation(draw)

    def write(self, out: Path) -> None:
        """Training and development files."""
        rows = self.world.training(self.world.size("hellaswag"), self._make("train"), lambda item: item.start)
        write_text(out / "hellaswag" / "hellaswag_train.jsonl", _hellaswag(rows, "train"))
        write_text(out / "hellaswag" / "hellaswag_val.jsonl", _hellaswag(self.dev, "val"))


def _hellaswag(rows: list[passages.Choice], split: str) -> str:
    lines = []
    for i, row in enumerate(rows):
        start = " ".join(line.text("en") for line in row.start)
        who, endings = row.ends()
        choice = {
            "ind": i, "activity_label": "Shopping", "ctx_a": start, "ctx_b": who, "ctx": f"{start} {who}",
            "split": split, "split_type": "indomain", "label": row.label, "endings": endings,
        }  # fmt: skip
        lines.append(json.dumps(choice, ensure_ascii=False))
    return "\n".join(lines) + "\n"
