"""TurkishMMLU: questions of Turkish high schools in nine subjects; five options."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError, unknown
from xstilts.formats.english_questions import SIZES, read_english
from xstilts.formats.questions import add_question, files, place, read_list
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`test/TurkishMMLU_<subject>.json`. The folder `labels` has the English training set; `dev`, five questions a
    subject, is for examples in a prompt and not read."""
    if split != "test":
        return read_english(labels, split, language)
    if language != "tr":
        raise unknown("language", language, ("tr",), str(raw))
    rows = Rows()
    for path in files(raw / "test", "TurkishMMLU_*.json"):
        subject = path.stem.removeprefix("TurkishMMLU_").replace(" ", "_")
        for number, where, row in read_list(path, {"question": str, "choices": list, "answer": str}):
            if len(row["choices"]) != 5 or not all(isinstance(one, str) for one in row["choices"]):
                raise InputError(f"{where}: found {len(row['choices'])} options, expected 5 texts")
            label = place(row["answer"], 5, where)
            add_question(rows, f"{subject}-{number}", row["question"], row["choices"], label, where)
    return rows


TASK = Task(
    name="turkishmmlu",
    family="choice",
    metric="choice_accuracy",
    languages=("tr",),
    readers={"native": read_native},
    counts={**SIZES, "test": 900},
    licence="not stated",
    citation="Yuksel, Koksal, Senel, Korhonen, Schutze 2024: TurkishMMLU: Measuring Massive Multitask Language "
    "Understanding in Turkish. Findings of EMNLP. arXiv 2407.12402",
    origin=(
        Archive("https://github.com/ArdaYueksel/TurkishMMLU/archive/127b43fb0bc57c59e99b2089172f859c6fef4db3.zip"),
    ),
)
