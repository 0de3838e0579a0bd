"""English questions for training, which all multiple-choice exams share: they have none of their own, or few.

Two sets: a pool of ARC-easy, SciQ and TruthfulQA, as published with Cross-Lingual Pitfalls, and MMLU's own training
set from the hub. Which of the two it is the folder says."""

from __future__ import annotations

import hashlib
from pathlib import Path

from xstilts.errors import InputError, unknown
from xstilts.formats.hub import read_hub
from xstilts.formats.questions import add_question, read_list, shuffled
from xstilts.formats.rows import Rows
from xstilts.records.strict import brief

POOL = ("ai2_arc_easy", "sciq", "truthful_qa")
FIELDS = {"question": str, "choices": list, "answer": str, "source": str}
HELD_OUT = 10  # one question of so many is for the development set
SIZES = {"train": {"en": (3_281, 99_842)}, "dev": {"en": (390, 1_531)}}  # of the pool, and of MMLU's set
ENGLISH = ("train", "dev")
HUB = {"train": "auxiliary_train", "dev": "validation"}
COLUMNS = {"question": str, "choices": [str], "answer": ("A", "B", "C", "D")}


def read_english(folder: Path, split: str, language: str) -> Rows:
    """The training or the development set of a folder, the pool or `all` of cais/mmlu; in English alone."""
    if language != "en":
        raise unknown("language", language, ("en",), str(folder))
    return read_pool(folder, split) if (folder / f"{POOL[0]}.json").exists() else read_auxiliary(folder, split)


def read_auxiliary(folder: Path, split: str) -> Rows:
    """MMLU's own, as on the hub: `auxiliary_train` and `validation`."""
    rows = Rows()
    for where, row in read_hub(folder, HUB[split], COLUMNS):
        add_question(rows, f"{split}-{len(rows)}", row["question"], row["choices"], row["answer"], where)
    return rows


def read_pool(folder: Path, split: str) -> Rows:
    """{ai2_arc_easy,sciq,truthful_qa}.json; a tenth of the questions, drawn by a hash, is the development set.

    The right answer of SciQ and of TruthfulQA stands last: options are put into another order by a hash. Empty options
    are left out and counted. So are questions whose right answer is empty, or stands there twice."""
    rows = Rows()
    for name in POOL:
        for number, where, row in read_list(folder / f"{name}.json", FIELDS):
            if _split(row["question"]) != split:
                continue
            if not all(isinstance(choice, str) for choice in row["choices"]):
                raise InputError(f"{where}: found an option that is no text, expected texts")
            if row["answer"] not in row["choices"]:
                raise InputError(f"{where}: found the answer {brief(row['answer'])}, expected one of the options")
            choices = [choice for choice in row["choices"] if choice.strip()]
            rows.odd["empty_choices"] += len(row["choices"]) - len(choices)
            if choices.count(row["answer"]) != 1 or len(choices) < 2:
                rows.odd["answer_not_one"] += 1
                continue
            options, label = shuffled(choices, choices.index(row["answer"]), row["question"])
            add_question(rows, f"{name}-{number}", row["question"], options, label, where)
    return rows


def _split(question: str) -> str:
    """A question that comes again is in the same set."""
    number = int.from_bytes(hashlib.sha256(question.strip().encode()).digest(), "big")
    return "train" if number % HELD_OUT else "dev"
