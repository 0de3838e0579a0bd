"""Social IQa: what does a social situation imply? Three answers, English; the first training set of XCOPA."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.labels import same_length
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_jsonl, read_lines
from xstilts.records.prepared import Row
from xstilts.tasks import Archive, Task

LETTERS = "ABC"
FIELDS = dict.fromkeys(("context", "question", *(f"answer{letter}" for letter in LETTERS)), str)
XTREME = {"train": "trn", "dev": "dev"}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """{train,dev}.jsonl and {train,dev}-labels.lst of socialiqa-train-dev.zip; line i of the list is 1, 2 or 3."""
    path, gold_path = raw / f"{split}.jsonl", raw / f"{split}-labels.lst"
    found, gold = list(read_jsonl(path, FIELDS)), [line.strip() for line in read_lines(gold_path)]
    same_length(gold_path, len(gold), path, len(found), "labels")
    rows = Rows()
    for number, ((_, row), label) in enumerate(zip(found, gold), start=1):
        _add(rows, row, int(one_of(label, ("1", "2", "3"), f"{gold_path}:{number}")) - 1)
    return rows


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """socialIQa_v1.4_{trn,dev}.jsonl, where `correct` is A, B or C."""
    rows = Rows()
    for where, row in read_jsonl(raw / f"socialIQa_v1.4_{XTREME[split]}.jsonl", {**FIELDS, "correct": str}):
        _add(rows, row, LETTERS.index(one_of(row["correct"], tuple(LETTERS), where)))
    return rows


def _add(rows: Rows, row: Row, label: int) -> None:
    # xtreme `third_party/run_xcopa.py` @838c13b: context, a blank, question; paired with each answer.
    prompt = f"{row['context']} {row['question']}"
    rows.add(id=len(rows), prompt=prompt, choices=[row[f"answer{letter}"] for letter in LETTERS], label=label)


TASK = Task(
    name="siqa",
    family="choice",
    metric="accuracy",
    languages=("en",),
    readers={"native": read_native, "xtreme": read_xtreme},
    counts={"train": 33_410, "dev": 1_954},
    licence="CC BY 4.0 (its card on the hub)",
    citation="Sap, Rashkin, Chen, Le Bras, Choi 2019: Social IQa: Commonsense Reasoning about Social Interactions. "
    "EMNLP. arXiv 1904.09728",
    # Hash as pinned in allenai/rainbow. (The hub's copy is a loading script.)
    origin=(
        Archive(
            "https://storage.googleapis.com/ai2-mosaic/public/socialiqa/socialiqa-train-dev.zip",
            "ee073914a0fc33265cfbcfc50ec20df9b2e07809c3f420f599138d1f394ef5c3",
        ),
    ),
)
