"""What lies in the place of a data file when its download went wrong: a pointer to it, an error page, an archive.

Such a file is whole and readable: without a look at its beginning its lines would become rows. A download that went on
after an error, or parts that were put together, have the page or pointer in their middle.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
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
ERRORS = "|".join(f"{one.value}[ :.-]+{re.escape(one.phrase)}" for one in HTTPStatus if one.value >= 400)
INSIDE: tuple[tuple[str, str, bool], ...] = (  # what it is, and whether it is one only where a line begins or was cut
    (r"version https?://(git-lfs|hawser)\.github\.com/spec/v\d\r?\n(oid|ext-)", "a git-lfs pointer", False),
    (r"/annex/objects/[A-Z0-9_]+E?(-[smSC]\d+)*--\S+\s*$", "a git-annex pointer", False),
    (r"outs:\r?\n- md5: [0-9a-f]{32}", "a DVC pointer", True),
    (r"<\?xml\b[^>\n]*>\s*<Error>|<Error>\s*<Code>\w+</Code>", "a server's error", True),
    (rf"(?:HTTP/\d(?:\.\d)? |[Ee]rror:? )(?:{ERRORS})\.?\s*$", "a server's error", True),
    (rf"({ERRORS})\.?\s*$", "a server's error", True),
    (
        r'\{\s*"(error|errors|message|detail)"\s*:[^{}]{0,400}(\{[^{}]{0,400}\}[^{}]{0,100})?\}\s*$',
        "a server's error",
        True,
    ),
)
_INSIDE = [(re.compile(pattern, re.M), found, cut) for pattern, found, cut in INSIDE]
ABOUT = {  # keys of an error as JSON
    "error", "errors", "message", "detail", "status", "statusCode", "code", "reason", "title", "type", "path",
    "timestamp", "documentation_url",
}  # fmt: skip
GLUED = "\"'`([{<=>/\\«“„‘"  # stand before a quoted page or error
PAGE = re.compile(r"<!doctype\s+html\b|<html\b", re.I)
PAGE_END = re.compile(r"</html\s*>", re.I)
MARKUP = re.compile(r"<!--.*?-->|<(style|script)\b.*?</\1>|<[^>]*>", re.S | re.I)
TAGS = re.compile(r"<[^<>]*>\s*<")
NOTHING = re.compile(r"(\s|<!--.*?-->)*\Z", re.S)
FAILED = re.compile(
    r"<(title|h\d)\b[^>]*>[^<]*?(\b[45]\d\d\b|error|not found|forbidden|denied|unauthori[sz]ed|unavailable|bad gateway"
    r"|time-?out|timed out|too many requests|rate limit|sign in|log ?in\b|moved|redirect|just a moment|captcha"
    r"|maintenance)",
    re.I,
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


def refuse_inside(text: str, path: Path) -> None:
    """Refuse a text in which a page, an error or a pointer begins somewhere after its beginning.

    A row is a line, so what goes over the end of a line is none, and a sentence about a page has blanks before it."""
    for pattern, found, cut in _INSIDE:
        for match in pattern.finditer(text):
            if (not cut or _cut(text, match.start())) and (match[0][0] != "{" or _is_error(match[0])):
                _refuse_line(text, match.start(), found, path)
    at = 0
    while begin := PAGE.search(text, at):
        end = PAGE_END.search(text, begin.end())
        at = end.end() if end else len(text)
        if _is_page(text, begin.start(), at, whole=end is not None):
            _refuse_line(text, begin.start(), "a server's page", path)


def _is_page(text: str, start: int, end: int, whole: bool) -> bool:
    page = text[start : min(end, start + 10 * HEAD)]
    title = FAILED.search(page)
    failed = title is not None and not MARKUP.sub("", page[: title.start()]).strip()
    if "\n" in page.strip():
        return failed or (whole and TAGS.match(page) is not None and NOTHING.match(text, end) is not None)
    ends = text[end : end + 2].lstrip("\r")[:1] in ("", "\n")
    return whole and ends and _cut(text, start) and (failed or text[start - 1] == "\n")


def _cut(text: str, at: int) -> bool:
    """Whether a line begins here, or may have been cut here."""
    before = text[at - 1 : at]
    return before in ("", "\n") or not (before.isspace() or before in GLUED)


def _is_error(text: str) -> bool:
    try:
        value = json.loads(text)
    except ValueError:
        return False
    return isinstance(value, dict) and ABOUT.issuperset(value)


def _refuse_line(text: str, at: int, found: str, path: Path) -> None:
    begins = text.rfind("\n", 0, at) + 1
    line = " ".join(text[at : at + 200].split())[:60]
    where = f"{path}:{text.count(chr(10), 0, begins) + 1}"
    raise InputError(f"{where}: found {found} in the middle of the file ({line!r}), expected the data: fetch it again")


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
