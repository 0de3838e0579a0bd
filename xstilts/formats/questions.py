"""Questions with options, of which one is right: what the readers of exams share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.formats.rows import Rows
from xstilts.formats.text import has_fields, read_csv, read_document
from xstilts.records.strict import brief

LETTERS = "ABCDEFGHIJ"


def add_question(rows: Rows, name: str, question: str, options: Sequence[str], label: int, where: str) -> None:
    """Append a question; white space around its texts is taken off.

    Counted: `empty_texts`, questions that are left out as they, or an option, have no text; `repeated_choices`, those
    with an option that stands there twice."""
    if len(options) < 2:
        raise InputError(f"{where}: found {len(options)} options, expected at least 2")
    if not 0 <= label < len(options):
        raise InputError(f"{where}: found the answer {label}, expected 0 to {len(options) - 1}")
    prompt, choices = question.strip(), [option.strip() for option in options]
    if not prompt or not all(choices):
        rows.odd["empty_texts"] += 1
        return
    rows.odd["repeated_choices"] += len({*choices}) < len(choices)
    rows.add(id=name, prompt=prompt, choices=choices, label=label)


def place(letter: str, options: int, where: str) -> int:
    """The place of an option by its letter, from 0."""
    known, found = LETTERS[:options], letter.strip()
    if len(found) != 1 or found not in known:
        raise InputError(f"{where}: found the answer {brief(letter)}, expected one of: {', '.join(known)}")
    return known.index(found)


def read_lettered(path: Path, header: Sequence[str] | None = None) -> Iterator[tuple[str, str, list[str], int]]:
    """(file:line, question, four options, place of the right one) of a csv file with the right letter at the end of a
    line; with a header there is a number in front."""
    lines = read_csv(path, len(header or "QABCDL"))
    if header is not None:
        where, found = next(lines, (f"{path}:1", []))
        if tuple(found) != tuple(header):
            expected = ", ".join(header)
            raise InputError(f"{where}: found the columns {brief(', '.join(found))}, expected {expected}")
    for where, fields in lines:
        question, *options, letter = fields if header is None else fields[1:7]
        yield where, question, options, place(letter, len(options), where)


def read_list(path: Path, fields: Mapping[str, Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(number from 0, file: question n, its fields) of a JSON list of questions; each has to have these fields."""
    document = read_document(path)
    if not isinstance(document, list):
        raise InputError(f"{path}: found {type(document).__name__}, expected a list of questions")
    for number, row in enumerate(document):
        where = f"{path}: question {number + 1}"
        has_fields(row, fields, where)
        yield number, where, row


def files(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder that a pattern names, in the order of their names; `InputError` if there is none."""
    found = sorted(folder.glob(pattern))
    if not found:
        raise InputError(f"{folder / pattern}: file not found")
    return found


def shuffled(options: Sequence[str], label: int, key: str) -> tuple[list[str], int]:
    """The options in an order that depends on the key and on them alone, and where the right one then stands.

    Nothing of the old order is left but among options that say the same."""
    order = sorted(range(len(options)), key=lambda one: hashlib.sha256(f"{key}\0{options[one]}".encode()).digest())
    return [options[one] for one in order], order.index(label)
