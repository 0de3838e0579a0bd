"""Adversarial NLI, rounds 1 to 3: pairs that fooled a model; the first part of the source ANLI+."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.hub import class_name, read_hub
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_jsonl
from xstilts.tasks import Hub, Task

LABELS = ("contradiction", "entailment", "neutral")  # the order of jiant's heads: c, e, n
LETTERS = {label[0]: label for label in LABELS}
ROUNDS = ("1", "2", "3")
NAMES = ("entailment", "neutral", "contradiction")  # the order of the hub's integer labels
COLUMNS = {"uid": str, "premise": str, "hypothesis": str, "label": NAMES}
FIELDS = dict.fromkeys(("uid", "context", "hypothesis", "label"), str)


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """R1/{train,dev}.jsonl to R3 of anli_v1.0.zip. An id begins with its round, which is scored on its own too."""
    rows = Rows()
    for number in ROUNDS:
        for where, row in read_jsonl(raw / f"R{number}" / f"{split}.jsonl", FIELDS):
            label = LETTERS[one_of(row["label"], LETTERS, where)]
            rows.add(id=f"r{number}/{row['uid']}", text_a=row["context"], text_b=row["hypothesis"], label=label)
    return rows


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """facebook/anli, a split a round (train_r1): labels are 0, 1, 2 = entailment, neutral, contradiction."""
    rows = Rows()
    for number in ROUNDS:
        folder, name = raw / "plain_text", f"{split}_r{number}"
        for where, row in read_hub(folder, name, COLUMNS):
            label = class_name(row["label"], NAMES, where)
            rows.add(id=f"r{number}/{row['uid']}", text_a=row["premise"], text_b=row["hypothesis"], label=label)
    return rows


TASK = Task(
    name="anli",
    family="classification",
    metric="accuracy",
    languages=("en",),
    labels=LABELS,
    readers={"native": read_native, "hub": read_parquet},
    counts={"train": 16_946 + 45_460 + 100_459, "dev": 1_000 + 1_000 + 1_200},
    licence="CC BY-NC 4.0",
    citation="Nie, Williams, Dinan, Bansal, Weston, Kiela 2020: Adversarial NLI: A New Benchmark for Natural Language "
    "Understanding. ACL. arXiv 1910.14599",
    origin=(
        Hub(
            "facebook/anli",
            "8e4813d81f46d313dac7892e1c28076917cfcdf9",  # as pinned in many public projects
            ("plain_text/train_r*", "plain_text/dev_r*"),
        ),
    ),
)
