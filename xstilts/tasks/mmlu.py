"""MMLU: questions of 57 subjects with four options, in English."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.english_questions import COLUMNS, SIZES, read_english
from xstilts.formats.hub import read_hub
from xstilts.formats.questions import add_question, files, read_lettered
from xstilts.formats.rows import Rows
from xstilts.tasks import Hub, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`test/<subject>_test.csv` of the authors' archive. The folder `labels` has the English training set.

    `dev` of the archive, five questions a subject, is for examples in a prompt and not read."""
    if split != "test":
        return read_english(labels, split, language)
    rows = Rows()
    for path in files(raw / "test", "*_test.csv"):
        subject = path.name.removesuffix("_test.csv")
        for number, (where, question, options, label) in enumerate(read_lettered(path)):
            add_question(rows, f"{subject}-{number}", question, options, label, where)
    return rows


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """cais/mmlu, `all`; an id is the number of the row, as in its translations (MMMLU)."""
    if split != "test":
        return read_english(labels, split, language)
    rows = Rows()
    for number, (where, row) in enumerate(read_hub(raw / "all", "test", COLUMNS)):
        add_question(rows, str(number), row["question"], row["choices"], row["answer"], where)
    return rows


TASK = Task(
    name="mmlu",
    family="choice",
    metric="choice_accuracy",
    languages=("en",),
    readers={"native": read_native, "hub": read_parquet},
    counts={**SIZES, "test": 14_042},
    licence="MIT",
    citation="Hendrycks, Burns, Basart, Zou, Mazeika, Song, Steinhardt 2021: Measuring Massive Multitask Language "
    "Understanding. ICLR. arXiv 2009.03300",
    # Commit as pinned in many public projects.
    origin=(
        Hub("cais/mmlu", "c30699e8356da336a370243923dbaf21066bb9fe",
            ("all/test-*", "all/validation-*", "all/auxiliary_train-*")),
    ),
    notes={"repeats": "about a hundred questions stand in two subjects, with the same answer"},
)  # fmt: skip
