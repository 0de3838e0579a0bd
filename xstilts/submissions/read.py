"""Prediction and label files in XTREME's layout: read as its `evaluate.py` (@838c13b) does, malformed ones refused.

That program strips every line, counts items and lets the rest pass: what is no label at all counts as wrong, and a
sentence that is too short shifts all that follow. Here each of these is an error with its file and line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.formats.rows import one_of
from xstilts.formats.text import exactly, read_jsonl, read_lines
from xstilts.records.files import read_bytes, read_json
from xstilts.records.forms import Each, check
from xstilts.records.strict import brief

CHOICES = (0, 1)  # of XCOPA
ARTICLES = [{"paragraphs": [{"qas": [{"id": str, "answers": [{"text": str}]}]}]}]


@dataclass(frozen=True)
class Sentence:
    """The tags of one sentence and the line, from 1, that it begins on."""

    line: int
    tags: tuple[str, ...]


def read_labels(path: Path, known: Collection[str]) -> list[str]:
    """One of the `known` labels a line."""
    return [one_of(label, known, f"{path}:{number}") for number, label in enumerate(_lines(path), start=1)]


def read_numbers(path: Path) -> list[int]:
    """One plain integer a line. official: text is compared, so that `[5]` or `05` is not 5; both are refused."""
    numbers = []
    for line, number in enumerate(_lines(path), start=1):
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}", number):
            raise InputError(f"{path}:{line}: found {brief(number)}, expected a plain integer such as 5")
        numbers.append(int(number))
    return numbers


def read_choices(path: Path) -> list[int]:
    """The integer `label` of one JSON object a line."""
    _refuse_mark(path)
    labels = []
    for where, row in read_jsonl(path, {"label": int}):
        if row["label"] not in CHOICES:
            raise InputError(f"{where}: found the label {row['label']}, expected 0 or 1, the place of a choice")
        labels.append(row["label"])
    return labels


def read_sentences(path: Path, known: Collection[str]) -> list[Sentence]:
    """One of the `known` tags a line, a blank line between sentences.

    official: two blank lines in a row make an empty sentence; the last sentence needs no blank line after it."""
    found: list[Sentence] = []
    first, tags = 1, []
    for number, tag in enumerate(_lines(path), start=1):
        if tag:
            tags.append(one_of(tag, known, f"{path}:{number}"))
        else:
            found.append(Sentence(first, tuple(tags)))
            first, tags = number + 1, []
    return [*found, Sentence(first, tuple(tags))] if tags else found


def read_pairs(path: Path, once: bool = False) -> list[tuple[str, str]]:
    """`source id<TAB>English id` a line; a file without a line is allowed. `once`: no pair may come again."""
    if not read_bytes(path).strip():
        return []
    lines: dict[tuple[str, str], int] = {}
    for number, line in enumerate(_lines(path), start=1):
        source, english = exactly(line.split("\t"), 2, f"{path}:{number}")
        if once and (source, english) in lines:
            before = lines[source, english]
            raise InputError(f"{path}:{number}: found {source} {english} again (line {before}), expected it once")
        lines[source, english] = number
    return list(lines)


def read_answers(path: Path, form: Any) -> dict[str, Any]:
    """Question id -> value of a form. official: the object may stand under the key `data`."""
    answers = _content(path)
    if not isinstance(answers, dict):
        raise InputError(f"{path}:1: found a JSON {type(answers).__name__}, expected an object from ids to answers")
    found: dict[str, Any] = check(answers, Each(form), path)
    return found


def read_questions(path: Path) -> list[tuple[str, list[str]]]:
    """(question id, gold answers) of SQuAD-style JSON, in file order. official: the key `data` may be left out."""
    articles = _content(path)
    if not isinstance(articles, list):
        raise InputError(f"{path}:1: found a JSON {type(articles).__name__}, expected SQuAD's list of articles")
    check(articles, ARTICLES, path)
    questions = []
    for question in (one for article in articles for paragraph in article["paragraphs"] for one in paragraph["qas"]):
        if not question["answers"]:
            raise InputError(f"{path}: question {question['id']}: found no answer, expected at least one")
        questions.append((question["id"], [answer["text"] for answer in question["answers"]]))
    if not questions:
        raise InputError(f"{path}: found no question, expected at least one")
    return questions


def same_number(path: Path, found: Sequence[object], labels: Path, expected: Sequence[object]) -> None:
    """Refuse a prediction file with more or fewer lines than its label file."""
    if len(found) != len(expected):
        last = min(len(found), len(expected))
        raise InputError(f"{path}:{last}: found {len(found)} lines, expected {len(expected)} as in {labels}")


def same_lengths(path: Path, found: Sequence[Sentence], labels: Path, expected: Sequence[Sentence]) -> None:
    """Refuse a prediction file whose sentences are not as long, or not as many, as those of its label file."""
    for number, (one, other) in enumerate(zip(found, expected), start=1):
        if len(one.tags) != len(other.tags):
            raise InputError(
                f"{path}:{one.line}: sentence {number}: found {len(one.tags)} tags, expected {len(other.tags)} as in "
                f"{labels}:{other.line}"
            )
    if len(found) != len(expected):
        last = found[-1].line if found else 1
        raise InputError(f"{path}:{last}: found {len(found)} sentences, expected {len(expected)} as in {labels}")


def _lines(path: Path) -> list[str]:
    """Lines without white space around them. A lone CR, an end of line to XTREME's program, is refused."""
    _refuse_mark(path)
    lines = read_lines(path)
    for number, line in enumerate(lines, start=1):
        if "\r" in line:
            raise InputError(f"{path}:{number}: found a carriage return inside a line, expected LF or CRLF at its end")
    return [line.strip() for line in lines]


def _content(path: Path) -> Any:
    _refuse_mark(path)
    content = read_json(path)
    return content.get("data", content) if isinstance(content, dict) else content


def _refuse_mark(path: Path) -> None:
    if read_bytes(path).startswith(codecs.BOM_UTF8):
        raise InputError(f"{path}:1: found a byte-order mark, expected none: XTREME takes it for part of the text")
