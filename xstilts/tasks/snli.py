"""SNLI: a sentence about a picture entails, contradicts or is neutral to another; a part of the source ANLI+."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.hub import class_name, read_hub
from xstilts.formats.pairs import read_inference
from xstilts.formats.rows import Rows
from xstilts.tasks import Hub, Task

LABELS = ("contradiction", "entailment", "neutral")  # the order of jiant's heads
HUB = {"train": "train", "dev": "validation"}
NAMES = ("entailment", "neutral", "contradiction")  # the order of the hub's integer labels
COLUMNS = {"premise": str, "hypothesis": str, "label": NAMES}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """snli_1.0_{train,dev}.jsonl of snli_1.0.zip. Rows without a majority label ("-") are skipped and counted."""
    return read_inference(raw / f"snli_1.0_{split}.jsonl", LABELS)


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """stanfordnlp/snli: labels are 0, 1, 2 = entailment, neutral, contradiction, and -1 where there is no majority."""
    rows = Rows()
    found = read_hub(raw / "plain_text", HUB[split], COLUMNS)
    for number, (where, row) in enumerate(found):
        if row["label"] == -1:
            rows.odd["unlabelled"] += 1
            continue
        label = class_name(row["label"], NAMES, where)
        rows.add(id=number, text_a=row["premise"], text_b=row["hypothesis"], label=label)
    return rows


TASK = Task(
    name="snli",
    family="classification",
    metric="accuracy",
    languages=("en",),
    labels=LABELS,
    readers={"native": read_native, "hub": read_parquet},
    # Of 550,152 and 10,000 rows, 785 and 158 have no majority label.
    counts={"train": 549_367, "dev": 9_842},
    licence="CC BY-SA 4.0",
    citation="Bowman, Angeli, Potts, Manning 2015: A large annotated corpus for learning natural language inference. "
    "EMNLP. arXiv 1508.05326",
    origin=(
        Hub(
            "stanfordnlp/snli",
            "cdb5c3d5eed6ead6e5a341c8e56e669bb666725b",  # as pinned in many public projects
            ("plain_text/train-*", "plain_text/validation-*"),
        ),
    ),
)
