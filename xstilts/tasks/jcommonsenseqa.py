"""JCommonsenseQA: questions of common sense, written in Japanese; five options."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.english_questions import ENGLISH, SIZES, read_english
from xstilts.formats.questions import add_question
from xstilts.formats.rows import Rows
from xstilts.formats.text import read_jsonl
from xstilts.tasks import Archive, Task

OPTIONS = tuple(f"choice{number}" for number in range(5))
FIELDS = {"q_id": int, "question": str, **dict.fromkeys(OPTIONS, str), "label": int}
FILES = {"train": "train-v1.3.json", "dev": "valid-v1.3.json"}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """{train,valid}-v1.3.json of JGLUE: JSON lines. English training and development sets come from the folder
    `labels`. Its test set has no labels and is not used: the development set is scored."""
    if language == "en" and split in ENGLISH:
        return read_english(labels, split, language)
    if language != "ja":
        raise unknown("language", language, ("ja",), str(raw))
    rows = Rows()
    for where, row in read_jsonl(raw / FILES[split], FIELDS):
        options = [row[name] for name in OPTIONS]
        add_question(rows, str(row["q_id"]), row["question"], options, row["label"], where)
    return rows


TASK = Task(
    name="jcommonsenseqa",
    family="choice",
    metric="choice_accuracy",
    languages=("ja",),
    readers={"native": read_native},
    counts={"train": {**SIZES["train"], "ja": 8_939}, "dev": {**SIZES["dev"], "ja": 1_119}},
    licence="CC BY-SA 4.0",
    citation="Kurihara, Kawahara, Shibata 2022: JGLUE: Japanese General Language Understanding Evaluation. LREC. "
    "https://aclanthology.org/2022.lrec-1.317",
    origin=(Archive("https://github.com/yahoojapan/JGLUE/archive/6f071c09316baae89c3d083a90985b4b1cb9968c.zip"),),
)
