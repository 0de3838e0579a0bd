"""JSON lines of COPA and XCOPA: a premise, two alternatives, and which of them is its cause or effect."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.labels import label_file, same_length
from xstilts.formats.rows import Rows
from xstilts.formats.text import read_jsonl
from xstilts.records.strict import brief

FIELDS = {"premise": str, "choice1": str, "choice2": str, "question": str, "idx": int}


def read_copa(path: Path, labels: Path | None = None) -> Rows:
    """All rows of a file as choices; `label` is 0 or 1. `labels` is a file with a `label` a line to take instead.

    official: the question is asked in English in every language (xtreme `third_party/run_xcopa.py` @838c13b)."""
    found = list(read_jsonl(path, FIELDS if labels else {**FIELDS, "label": int}))
    answers = [(where, row["label"]) for where, row in read_jsonl(labels, {"label": int})] if labels else []
    if labels:
        same_length(labels, len(answers), path, len(found), "labels")
    rows = Rows()
    for number, (where, row) in enumerate(found):
        place, label = answers[number] if labels else (where, row["label"])
        if row["question"] not in ("cause", "effect"):
            raise InputError(f"{where}: found the question {brief(row['question'])}, expected cause or effect")
        if label not in (0, 1):
            raise InputError(f"{place}: found label {brief(label)}, expected one of: 0, 1")
        prompt = f"{row['premise']} What was the {row['question']}?"
        rows.odd["changed"] += bool(row.get("changed"))  # XCOPA's translators had to change the English row
        rows.add(id=row["idx"], prompt=prompt, choices=[row["choice1"], row["choice2"]], label=label)
    return rows


def read_copa_unlabelled(path: Path, labels: Path, task: str, split: str) -> Rows:
    """The same where XTREME has set every label of `path` to 0: those in the label folder count."""
    return read_copa(path, label_file(path, labels, task, split, path.name))
