"""CommonsenseQA: a question that only knowledge of the world answers, five choices. An intermediate task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.hub import read_hub
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import has_fields, read_jsonl
from xstilts.records.prepared import Row
from xstilts.tasks import Hub, Task

LETTERS = "ABCDE"
HUB = {"train": "train", "dev": "validation"}
COLUMNS = {"id": str, "question": str, "choices": {"label": [str], "text": [str]}, "answerKey": str}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published {train,dev}_rand_split.jsonl: stem and choices stand inside `question`."""
    rows = Rows()
    for where, row in read_jsonl(raw / f"{split}_rand_split.jsonl", {"id": str, "question": dict, "answerKey": str}):
        question = row["question"]
        has_fields(question, {"stem": str, "choices": list}, where)
        for choice in question["choices"]:
            has_fields(choice, {"label": str, "text": str}, where)
        choices = [(choice["label"], choice["text"]) for choice in question["choices"]]
        _add(rows, row, question["stem"], choices, where)
    return rows


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """tau/commonsense_qa: `question` is the stem, and `choices` two lists, of letters and of texts."""
    rows = Rows()
    for where, row in read_hub(raw / "data", HUB[split], COLUMNS):
        letters, texts = row["choices"]["label"], row["choices"]["text"]
        if len(letters) != len(texts):
            raise InputError(f"{where}: found {len(letters)} letters and {len(texts)} choices, expected as many")
        choices = list(zip(letters, texts))
        _add(rows, row, row["question"], choices, where)
    return rows


def _add(rows: Rows, row: Row, stem: str, choices: Sequence[tuple[str, str]], where: str) -> None:
    """By letter, wherever it stands (jiant does so for the published files and goes by position for the hub's)."""
    if sorted(letter for letter, _ in choices) != list(LETTERS):
        found = ", ".join(letter for letter, _ in choices) or "none"
        raise InputError(f"{where}: found the choices {found}, expected each of {', '.join(LETTERS)} once")
    texts = dict(choices)
    label = LETTERS.index(one_of(row["answerKey"], tuple(LETTERS), where))
    rows.odd["repeated_choices"] += len(set(texts.values())) < len(LETTERS)
    rows.add(id=row["id"], prompt=stem, choices=[texts[letter] for letter in LETTERS], label=label)


TASK = Task(
    name="csqa",
    family="choice",
    metric="accuracy",
    languages=("en",),
    readers={"native": read_native, "hub": read_parquet},
    counts={"train": 9_741, "dev": 1_221},
    licence="MIT",
    citation="Talmor, Herzig, Lourie, Berant 2019: CommonsenseQA: A Question Answering Challenge Targeting Commonsense "
    "Knowledge. NAACL. arXiv 1811.00937",
    # Commit as pinned in many public projects.
    origin=(
        Hub("tau/commonsense_qa", "94630fe30dad47192a8546eb75f094926d47e155", ("data/train-*", "data/validation-*")),
    ),
)
