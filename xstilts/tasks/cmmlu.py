"""CMMLU: Chinese exams of 67 subjects, written in Chinese; four options."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.english_questions import SIZES, read_english
from xstilts.formats.questions import add_question, files, read_lettered
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task

HEADER = ("", "Question", "A", "B", "C", "D", "Answer")


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`test/<subject>.csv`. The folder `labels` has the English training set; `dev`, five questions a subject, is for
    examples in a prompt and not read."""
    if split != "test":
        return read_english(labels, split, language)
    if language != "zh":
        raise unknown("language", language, ("zh",), str(raw))
    rows = Rows()
    for path in files(raw / "test", "*.csv"):
        for number, (where, question, options, label) in enumerate(read_lettered(path, HEADER)):
            add_question(rows, f"{path.stem}-{number}", question, options, label, where)
    return rows


TASK = Task(
    name="cmmlu",
    family="choice",
    metric="choice_accuracy",
    languages=("zh",),
    readers={"native": read_native},
    counts={**SIZES, "test": 11_582},
    licence="CC BY-NC-SA 4.0",
    citation="Li, Zhang, Koto, Yang, Zhao, Gong, Duan, Baldwin 2024: CMMLU: Measuring massive multitask language "
    "understanding in Chinese. Findings of ACL. arXiv 2306.09212",
    origin=(Archive("https://github.com/haonan-li/CMMLU/archive/d6e7b716d8ac694f38969a6c0407437d1fded799.zip"),),
)
