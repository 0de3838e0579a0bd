"""Line-based files: plain lines, separated values with and without csv quoting, JSON lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.formats.stand_ins import refuse_inside, refuse_packed, refuse_stand_in
from xstilts.records import strict
from xstilts.records.files import read_text


def read_raw(path: Path) -> str:
    """The text of a published file; a pointer, an error page or an archive in its place is an `InputError`."""
    refuse_stand_in(path)
    refuse_packed(path)
    text = read_text(path)
    refuse_inside(text, path)
    return text


def read_document(path: Path) -> Any:
    """The value of a published JSON file."""
    return strict.parse(read_raw(path), path)


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, without their ends; only LF and CRLF end a line.

    Not `str.splitlines`: real sentences hold U+0085, U+2028 and other characters that it takes for line ends."""
    text = read_raw(path)
    if "\r" in text and "\n" not in text:  # all of it would be one line
        raise InputError(f"{path}:1: found a carriage return inside a line, expected LF or CRLF at its end")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if lines[-1] == "" else lines


def read_tsv(path: Path, header: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """(file:line, fields by name) of a tab-separated file whose first line is a header that has these columns.

    Quotes have no meaning; each row must have as many fields as the header."""
    lines = read_lines(path)
    names = lines[0].split("\t")
    if missing := [name for name in header if name not in names]:
        raise InputError(f"{path}:1: found the columns {', '.join(names)}, expected also {', '.join(missing)}")
    if len({*names}) < len(names):
        raise InputError(f"{path}:1: found a column twice in {', '.join(names)}, expected each once")
    for number, line in enumerate(lines[1:], start=2):
        yield f"{path}:{number}", dict(zip(names, exactly(line.split("\t"), len(names), f"{path}:{number}")))


def read_csv(path: Path, fields: int, delimiter: str = ",") -> Iterator[tuple[str, list[str]]]:
    """(file:line, fields) of a file by Python's csv writer: quotes around some fields, which may hold line ends."""
    reader = csv.reader(io.StringIO(read_raw(path), newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for row in reader:
            yield f"{path}:{start}", exactly(row, fields, f"{path}:{start}")
            start = reader.line_num + 1
    except csv.Error as error:  # a quote that is never closed swallows the rest of the file, up to a limit
        raise InputError(f"{path}:{start}: not valid CSV: {error}") from None


def read_quoted_tsv(path: Path, fields: int) -> Iterator[tuple[str, list[str]]]:
    """The same with tabs, of files whose fields hold no tab and no line end: one that does is several rows.

    official: google-research/xtreme utils_preprocess.py writes XNLI and PAWS-X so, without a header, from the lines of
    files without quoting."""
    for where, row in read_csv(path, fields, delimiter="\t"):
        if any(mark in field for field in row for mark in "\t\n\r"):
            raise InputError(f"{where}: found a quote that is not closed in its line, expected {fields} fields a line")
        yield where, row


def read_jsonl(path: Path, fields: Mapping[str, type]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file:line, object) of a JSON-lines file; each object must have these fields with values of these types."""
    for number, line in enumerate(read_lines(path), start=1):
        value = strict.parse(line, path, number)
        has_fields(value, fields, f"{path}:{number}")
        yield f"{path}:{number}", value


def exactly(fields: list[str], number: int, where: str) -> list[str]:
    """`fields` if there are as many as expected."""
    if len(fields) != number:
        raise InputError(f"{where}: found {len(fields)} fields, expected {number}")
    return fields


def has_fields(value: Any, fields: Mapping[str, type], where: str) -> None:
    """Refuse a JSON value that is not an object with these fields and types."""
    if not isinstance(value, dict):
        raise InputError(f"{where}: found {type(value).__name__}, expected an object with {', '.join(fields)}")
    for name, kind in fields.items():
        if name not in value:
            raise InputError(f"{where}: field '{name}' is missing; found {', '.join(map(str, value)) or 'none'}")
        if not isinstance(value[name], kind) or (kind is int and isinstance(value[name], bool)):
            found = type(value[name]).__name__
            raise InputError(f"{where}: field '{name}' is of type {found}, expected {kind.__name__}")
