"""Cosmos QA: which of four answers about the causes and effects in a narrative is right? An intermediate task."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.hub import read_hub
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_csv
from xstilts.records.prepared import Row
from xstilts.tasks import Hub, Task

ANSWERS = ("answer0", "answer1", "answer2", "answer3")
COLUMNS = ("id", "context", "question", *ANSWERS, "label")
NONE = "None of the above choices ."
FILES = {"train": "train.csv", "dev": "valid.csv"}
HUB = {"train": "train", "dev": "validation"}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The authors' {train,valid}.csv, wilburOne/cosmosqa data/. Every field is text: jiant's pandas takes an answer
    such as "NA" or "None" for a missing number."""
    rows = Rows()
    found = read_csv(raw / FILES[split], len(COLUMNS))
    where, header = next(found)
    if tuple(header) != COLUMNS:
        raise InputError(f"{where}: found the columns {', '.join(header)}, expected {', '.join(COLUMNS)}")
    for where, fields in found:
        _add(rows, dict(zip(COLUMNS, fields)), where)
    return rows


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """allenai/cosmos_qa as the hub converted it (refs/convert/parquet); its main branch is a loading script."""
    rows = Rows()
    for where, row in read_hub(raw / "default", HUB[split], dict.fromkeys(COLUMNS, str) | {"label": int}):
        _add(rows, row, where)
    return rows


def _add(rows: Rows, row: Row, where: str) -> None:
    label = int(one_of(str(row["label"]), ("0", "1", "2", "3"), where))
    rows.odd["none_of_the_above"] += row[ANSWERS[label]] == NONE
    # jiant `cosmosqa.py` @daa5a258: context, a blank, question; paired with each answer.
    prompt = f"{row['context']} {row['question']}"
    rows.add(id=row["id"], prompt=prompt, choices=[row[answer] for answer in ANSWERS], label=label)


TASK = Task(
    name="cosmosqa",
    family="choice",
    metric="accuracy",
    languages=("en",),
    readers={"native": read_native, "hub": read_parquet},
    counts={"train": 25_262, "dev": 2_985},
    licence="CC BY 4.0",
    citation="Huang, Le Bras, Bhagavatula, Choi 2019: Cosmos QA: Machine Reading Comprehension with Contextual "
    "Commonsense Reasoning. EMNLP. arXiv 1909.00277",
    origin=(
        Hub(
            "allenai/cosmos_qa",
            "ed50fe83db62b355759053b1cd5eef344ee371e0",  # of refs/convert/parquet, as pinned in two public projects
            ("default/train/*", "default/validation/*"),
        ),
    ),
)
