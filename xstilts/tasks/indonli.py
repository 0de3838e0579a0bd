"""IndoNLI: inference in Indonesian; one test set was written by laymen, the other by experts."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_jsonl
from xstilts.tasks import Archive, Task

LABELS = ("contradiction", "entailment", "neutral")  # the order of jiant's heads
LETTERS = {label[0]: label for label in LABELS}
FIELDS = dict.fromkeys(("premise", "hypothesis", "label"), str)
FILES = {
    ("train", "id"): "train.jsonl", ("dev", "id"): "val.jsonl", ("test", "id"): "test_lay.jsonl",
    ("test", "id-expert"): "test_expert.jsonl",
}  # fmt: skip


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published JSON lines. `id-expert` is the test set of the experts, as a language of its own.

    A pair_id stands at several pairs of a file, so that an id here is the number of the row."""
    if (split, language) not in FILES:
        there = [other for one, other in FILES if one == split]
        raise unknown("language", language, there, f"{raw}: {split}")
    rows = Rows()
    for number, (where, row) in enumerate(read_jsonl(raw / FILES[split, language], FIELDS)):
        label = LETTERS[one_of(row["label"], LETTERS, where)]
        rows.add(id=number, text_a=row["premise"], text_b=row["hypothesis"], label=label)
    return rows


TASK = Task(
    name="indonli",
    family="classification",
    metric="accuracy",
    languages=("id",),
    other_languages=("id-expert",),
    labels=LABELS,
    readers={"native": read_native},
    english=False,
    counts={"train": 10_330, "dev": 2_197, "test": {"id": 2_201, "id-expert": 2_984}},
    licence="CC BY-SA 3.0 (text: Wikipedia; news and web under the terms of their publishers)",
    citation="Mahendra, Aji, Louvan, Rahman, Vania 2021: IndoNLI: A Natural Language Inference Dataset for Indonesian. "
    "EMNLP. arXiv 2110.14566",
    origin=(Archive("https://github.com/ir-nlp-csui/indonli/archive/7b55d8217cc8417a8268b2ee6ba07bbfb75a4c8b.zip"),),
)
