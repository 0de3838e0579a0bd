"""What lies in the place of a data file when its download went wrong: a pointer to it, an error page, an archive.

Such a file is whole and readable: without a look at its beginning its lines would become rows."""

from __future__ import annotations

import re
from pathlib import Path

from xstilts.errors import InputError
from xstilts.records.files import plain_file

HEAD = 2048  # bytes that are looked at
SHORT = 600  # bytes; a server's one-line answer is no longer

POINTERS: tuple[tuple[str, str], ...] = (
    (r"version https?://(git-lfs|hawser)\.github\.com/spec", "a git-lfs pointer, expected the file: `git lfs pull`"),
    (r"(\.\./)*(\.git)?/annex/objects/\S+\s*$", "a git-annex pointer, expected the file: `git annex get`"),
    (r"(md5: [0-9a-f]{32}\n)?outs:\n- md5: [0-9a-f]{32}", "a DVC pointer, expected the file: `dvc pull`"),
)
PAGES: tuple[str, ...] = (
    r"(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|title)\b",
    r"<\?xml\b[^>]*>\s*(<!doctype\s+html|<html|<error)\b",
    r"<error>",
)
ANSWERS: tuple[str, ...] = (  # the whole of a short file
    r"(error )?[45]\d\d\b[ :.-]*[a-z][a-z ]{2,40}[.!]?",
    r"\{\s*\"(error|message|detail|errors)\"\s*:.*\}",
    r"(entry|repository|file|page|not) (not )?found\.?",
    r"(invalid username or password|access (denied|to (dataset|model) )|unauthorized|forbidden|rate limit)[^\n]*",
)
PACKED: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "zip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstandard"), (b"PAR1", "parquet"), (b"%PDF-", "PDF"), (b"7z\xbc\xaf", "7z"),
    (b"\x89HDF", "HDF5"), (b"SQLite format 3", "SQLite"),
)  # fmt: skip


def refuse_stand_in(path: Path) -> None:
    """Refuse a pointer or an error page in the place of a file of any format; and a file that is not there."""
    head = _head(path)
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    for pattern, found in POINTERS:
        if re.match(pattern, text):
            raise InputError(f"{path}: found {found}")
    page = any(re.match(pattern, text, re.I | re.S) for pattern in PAGES)
    answer = len(head) < SHORT and any(re.fullmatch(pattern, text.strip(), re.I | re.S) for pattern in ANSWERS)
    if page or answer:
        line = " ".join(text.split())[:60]
        raise InputError(f"{path}: found a server's page or error ({line!r}), expected the data: fetch it again")


def refuse_packed(path: Path) -> None:
    """Refuse an archive or another binary format in the place of text."""
    head = _head(path)
    for magic, name in PACKED:
        if head.startswith(magic) and (magic != b"BZh" or head[4:10] == b"1AY&SY"):
            raise InputError(f"{path}: found a {name} file, expected text")


def _head(path: Path) -> bytes:
    try:
        with plain_file(path).open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
