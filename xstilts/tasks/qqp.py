"""Quora Question Pairs, as GLUE has them: do two questions ask the same? An intermediate task."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.hub import class_name, read_hub
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import exactly, read_lines
from xstilts.tasks import Hub, Task

LABELS = ("0", "1")
HEADER = ("id", "qid1", "qid2", "question1", "question2", "is_duplicate")
HUB = {"train": "train", "dev": "validation"}
NAMES = ("not_duplicate", "duplicate")  # of the hub's integer labels
COLUMNS = {"question1": str, "question2": str, "label": NAMES, "idx": int}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """GLUE's QQP/{train,dev}.tsv, where quotes have no meaning.

    official: in QQP.zip a line end inside a question leaves lines with too few fields (QQP-clean.zip has none);
    everybody's reader skips them. Here they are counted."""
    rows, path = Rows(), raw / f"{split}.tsv"
    lines = read_lines(path)
    if tuple(lines[0].split("\t")) != HEADER:
        raise InputError(f"{path}:1: found {lines[0]!r}, expected the columns {', '.join(HEADER)} between tabs")
    for number, line in enumerate(lines[1:], start=2):
        fields = line.split("\t")
        if len(fields) < len(HEADER):
            rows.odd["broken_lines"] += 1
            continue
        name, _, _, one, two, label = exactly(fields, len(HEADER), f"{path}:{number}")
        _add(rows, name, one, two, one_of(label, LABELS, f"{path}:{number}"))
    return rows


def read_glue(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """nyu-mll/glue, config qqp."""
    rows = Rows()
    for where, row in read_hub(raw / "qqp", HUB[split], COLUMNS):
        _add(rows, row["idx"], row["question1"], row["question2"], class_name(row["label"], LABELS, where))
    return rows


def _add(rows: Rows, name: object, one: str, two: str, label: str) -> None:
    rows.odd["empty_questions"] += not (one.strip() and two.strip())
    rows.add(id=name, text_a=one, text_b=two, label=label)


TASK = Task(
    name="qqp",
    family="classification",
    metric="accuracy_and_f1",
    languages=("en",),
    labels=LABELS,
    readers={"native": read_native, "hub": read_glue},
    counts={"train": (363_846, 363_849), "dev": 40_430},  # the hub (QQP-clean.zip), and QQP.zip as TFDS reads it
    licence="not stated; Quora's terms of service, non-commercial research use",
    citation="Iyer, Dandekar, Csernai 2017: First Quora Dataset Release: Question Pairs. GLUE: Wang et al. 2018, "
    "arXiv 1804.07461",
    origin=(
        Hub(
            "nyu-mll/glue",
            "bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c",  # as pinned in many public projects
            ("qqp/train-*", "qqp/validation-*"),
        ),
    ),
)
