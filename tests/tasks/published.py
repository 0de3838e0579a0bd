"""Tiny made-up raw files in every layout of every data set, and the rows that must come out of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """One layout of one task: a writer of raw files, and (split, language) -> expected rows."""

    write: Callable[[Path], None]
    rows: dict[tuple[str, str], list[Row]]
    odd: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)


def put(path: Path, text: str) -> None:
    """Write text with its line ends as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def put_hub(path: Path, rows: list[Row], classes: dict[str, list[str]] | None = None) -> None:
    """Write parquet as the hub keeps it: by `datasets`, which puts the columns' types and label names into the file."""
    import datasets

    dataset = datasets.Dataset.from_list(rows)
    features = dataset.features.copy()
    for name, names in (classes or {}).items():
        label = datasets.ClassLabel(names=names)
        features[name] = datasets.List(label) if isinstance(features[name], datasets.List) else label
    path.parent.mkdir(parents=True, exist_ok=True)
    datasets.disable_progress_bars()
    dataset.cast(features).to_parquet(path)


def pair(name: str, a: str, b: str, label: str) -> Row:
    return {"id": name, "text_a": a, "text_b": b, "label": label}


def tagged(name: str, words: list[str], tags: list[str]) -> Row:
    return {"id": name, "words": words, "tags": tags}


def span(name: str, context: str, question: str, *answers: str) -> Row:
    starts = [context.index(answer) for answer in answers]
    return {"id": name, "context": context, "question": question, "starts": starts, "answers": list(answers)}


def squad(*rows: Row, strip: bool = False) -> str:
    """Rows as SQuAD-style JSON; `strip` as XTREME does with the answers of test files."""

    def answers(row: Row) -> list[Row]:
        found = [{"text": text, "answer_start": start} for text, start in zip(row["answers"], row["starts"])]
        return [{"text": "", "answer_start": 0}] if strip else found

    paragraphs = [
        {"context": row["context"], "qas": [{"id": row["id"], "question": row["question"], "answers": answers(row)}]}
        for row in rows
    ]
    return json.dumps({"version": "1.1", "data": [{"title": "t", "paragraphs": paragraphs}]}, ensure_ascii=False)


def squad_hub(*rows: Row) -> list[Row]:
    """Rows in the columns of the hub's question answering sets."""
    return [
        {k: row[k] for k in ("id", "context", "question")}
        | {"title": "t", "answers": {"text": row["answers"], "answer_start": row["starts"]}}
        for row in rows
    ]


def jsonl(*rows: Row) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
