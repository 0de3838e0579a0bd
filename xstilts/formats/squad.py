"""SQuAD-style JSON, the format of SQuAD, XQuAD, MLQA and TyDiQA-GoldP. Contexts are never touched.

A question without an answer is refused, unless the set says of it that it has none: SQuAD v2.0."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.formats.hub import read_hub
from xstilts.formats.rows import Rows
from xstilts.formats.text import has_fields, read_document
from xstilts.records.strict import brief

COLUMNS = {"id": str, "context": str, "question": str, "answers": {"text": [str], "answer_start": [int]}}
"""Of the hub's question answering sets."""


def read_squad(
    path: Path, labels: Path | None = None, prefix: str = "", lost: Collection[str] = (), as_text: bool = False
) -> Rows:  # fmt: skip
    """All questions of a file whose id begins with `prefix`, each answer checked against its offset.

    `lost`: ids of published questions whose answer is nowhere in the text: they are left out and counted.
    `as_text`: the file has offsets as texts and ids as numbers (TQuAD).

    `labels` is a file of the same form whose answers are taken, by question id, where `path` has only placeholders:
    official: google-research/xtreme `remove_qa_test_annotations` writes the answer "" at 0 into every test question."""
    rows = Rows()
    given = _answers(labels) if labels is not None and os.path.lexists(labels) else {}
    for where, context, question in _questions(path, as_text):
        if not question["id"].startswith(prefix):
            rows.odd["other_languages"] += 1
            continue
        answers = question["answers"]
        if question["id"] in lost and not any(answer["text"] in context for answer in answers):
            rows.odd["answer_not_in_context"] += 1
            continue
        if given and _stripped(answers):
            if question["id"] not in given:
                raise InputError(f"{labels}: question {question['id']} of {path} is not there")
            answers, where = given[question["id"]], f"{labels}: question {question['id']}"
        if _stripped(answers):
            raise InputError(
                f"{where}: labels are not in this file: found no answer, expected at least one; XTREME strips those of "
                f"test files; give the label folder{f' with {labels.name}' if labels is not None else ''}"
            )
        _add(rows, question["id"], context, question["question"], answers, where)
    return _some(rows, str(path), prefix)


def read_squad_v2(path: Path) -> Rows:
    """The same of a file of SQuAD v2.0: where `is_impossible`, the answers are empty; plausible ones are left out."""
    rows = Rows()
    for where, context, question in _questions(path):
        has_fields(question, {"is_impossible": bool}, where)
        if question["is_impossible"] == bool(question["answers"]):
            expected = "none" if question["is_impossible"] else "at least one"
            number = f"{len(question['answers'])} answers"
            raise InputError(f"{where}: found {number}, expected {expected}: is_impossible says so")
        _add_any(rows, question["id"], context, question["question"], question["answers"], where)
    return _some(rows, str(path), "")


def read_squad_v2_hub(folder: Path, split: str) -> Rows:
    """SQuAD v2.0 from a hub repository, where empty lists alone say that a question is impossible."""
    return _read_hub(folder, split, "", _add_any)


def read_squad_hub(folder: Path, split: str, prefix: str = "") -> Rows:
    """The same from a hub repository's parquet files, where `answers` is two parallel lists."""
    return _read_hub(folder, split, prefix, _add)


def _read_hub(folder: Path, split: str, prefix: str, add: Callable[..., None]) -> Rows:
    rows = Rows()
    for where, row in read_hub(folder, split, COLUMNS):
        if row["id"].startswith(prefix):
            texts, starts = row["answers"]["text"], row["answers"]["answer_start"]
            if len(texts) != len(starts):
                raise InputError(f"{where}: found {len(texts)} answers and {len(starts)} offsets, expected as many")
            answers = [{"text": text, "answer_start": start} for text, start in zip(texts, starts)]
            add(rows, row["id"], row["context"], row["question"], answers, f"{where}: question {row['id']}")
        else:
            rows.odd["other_languages"] += 1
    return _some(rows, f"{folder}/{split}-*.parquet", prefix)


def _add(rows: Rows, name: str, context: str, question: str, answers: list[dict[str, Any]], where: str) -> None:
    """Add one question that has an answer."""
    if not answers:
        raise InputError(f"{where}: found no answer, expected at least one")
    _append(rows, name, context, question, answers, where)


def _add_any(rows: Rows, name: str, context: str, question: str, answers: list[dict[str, Any]], where: str) -> None:
    """Add one question that may have none."""
    rows.odd["unanswerable"] += not answers
    _append(rows, name, context, question, answers, where)


def _append(rows: Rows, name: str, context: str, question: str, answers: list[dict[str, Any]], where: str) -> None:
    """Append one question after checking that each answer stands at its character offset."""
    for answer in answers:
        has_fields(answer, {"text": str, "answer_start": int}, where)
        start, text = answer["answer_start"], answer["text"]
        found = context[start : start + len(text)] if start >= 0 else ""
        if not text or found != text:
            at = f"at offset {brief(start)} found {brief(found)}"
            raise InputError(f"{where}: {at}, expected the answer {brief(text)}")
    rows.add(
        id=name,
        context=context,
        question=question,
        starts=[answer["answer_start"] for answer in answers],
        answers=[answer["text"] for answer in answers],
    )


def _some(rows: Rows, path: str, prefix: str) -> Rows:
    if not rows:
        raise InputError(f"{path}: found no question with an id that begins with '{prefix}', expected at least one")
    return rows


def read_squad_files(folder: Path, name: str) -> Rows:
    """The questions of files that are numbered `<name>_0000.json` and so on, as one set."""
    rows = Rows()
    if not (files := sorted(folder.glob(f"{name}_[0-9][0-9][0-9][0-9].json"))):
        raise InputError(f"{folder}/{name}_0000.json: file not found")
    for number, file in enumerate(files):
        if file.name != (expected := f"{name}_{number:04}.json"):
            raise InputError(f"{folder}: found {file.name}, but {expected} before it is missing")
        found = read_squad(file)
        rows.odd.update(found.odd)
        for row in found:
            rows.add(**row)
    return rows


def _questions(path: Path, as_text: bool = False) -> Iterator[tuple[str, str, dict[str, Any]]]:
    document = read_document(path)
    has_fields(document, {"data": list}, str(path))
    for number, article in enumerate(document["data"], start=1):
        at = f"{path}: article {number}"
        has_fields(article, {"paragraphs": list}, at)
        for place, paragraph in enumerate(article["paragraphs"], start=1):
            has_fields(paragraph, {"context": str, "qas": list}, f"{at}: paragraph {place}")
            for question in paragraph["qas"]:
                question = _usual(question) if as_text else question
                has_fields(question, {"id": str}, f"{at}: paragraph {place}")
                where = f"{path}: question {question['id']}"
                has_fields(question, {"question": str, "answers": list}, where)
                for answer in question["answers"]:
                    has_fields(answer, {"text": str}, where)
                yield where, paragraph["context"], question


def _usual(question: Any) -> Any:
    """A question of TQuAD as all others have it; what is not as expected is left for the checks that follow."""
    if not isinstance(question, dict):
        return question
    number = question.get("id")
    name = str(number) if isinstance(number, int) and not isinstance(number, bool) else number
    answers = question.get("answers")
    return {**question, "id": name, "answers": [*map(_whole, answers)] if isinstance(answers, list) else answers}


def _whole(answer: Any) -> Any:
    start = answer.get("answer_start") if isinstance(answer, dict) else None
    if isinstance(start, str) and len(start) < 10 and start.isascii() and start.isdigit():
        return {**answer, "answer_start": int(start)}
    return answer


def _answers(path: Path) -> dict[str, list[dict[str, Any]]]:
    answers: dict[str, list[dict[str, Any]]] = {}
    for where, _, question in _questions(path):
        if answers.setdefault(question["id"], question["answers"]) != question["answers"]:
            raise InputError(f"{where}: found it again with other answers, expected it once")
    return answers


def _stripped(answers: list[dict[str, Any]]) -> bool:
    return all(answer["text"] == "" for answer in answers)  # true of an empty list as well
