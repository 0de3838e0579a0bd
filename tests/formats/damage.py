"""Damaged copies of raw files: what goes wrong in downloads, disks and hands. Every kind is one function."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

PAGE = b"<!DOCTYPE html>\n<html><head><title>Not Found</title></head>\n<body>404</body></html>\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1234\n"


def nothing(path: Path, random: Random) -> None:
    path.write_bytes(b"")


def gone(path: Path, random: Random) -> None:
    path.unlink()


def folder(path: Path, random: Random) -> None:
    path.unlink()
    path.mkdir()


def below_a_file(path: Path, random: Random) -> None:
    """The folder that it should lie in is a file."""
    shutil.rmtree(path.parent)
    path.parent.write_bytes(b"a file\n")


def page(path: Path, random: Random) -> None:
    path.write_bytes(
        b"\n" * random.randint(0, 2) + random.choice([PAGE, PAGE.lower(), b"<?xml version='1.0'?>" + PAGE])
    )


def pointer(path: Path, random: Random) -> None:
    path.write_bytes(POINTER)


def page_inside(path: Path, random: Random) -> None:
    """A download that went on after an error, or one of its parts."""
    inside(path, random, random.choice([PAGE, PAGE.lower(), PAGE.replace(b"\n", b"\r\n"), b"<html>" + PAGE[16:]]))


def pointer_inside(path: Path, random: Random) -> None:
    inside(path, random, POINTER)


def inside(path: Path, random: Random, what: bytes) -> None:
    """At the border of two letters: half a letter is another kind of damage."""
    text = path.read_bytes().decode("utf-8")
    at = random.randint(0, len(text))
    rest = random.choice([text[at:], ""])
    path.write_bytes(text[:at].encode() + what + rest.encode())


def answer(path: Path, random: Random) -> None:
    path.write_bytes(
        random.choice([b"404: Not Found", b'{"error": "Forbidden"}\n', b"Entry not found", b"429 Too Many Requests"])
    )


def packed(path: Path, random: Random) -> None:
    path.write_bytes(gzip.compress(path.read_bytes()))


def other_encoding(path: Path, random: Random) -> None:
    path.write_bytes(b"\xff\xfe" + path.read_bytes().decode("utf-8", "replace").encode("utf-16-le"))


def not_utf8(path: Path, random: Random) -> None:
    splice(path, random, b"\xe4\n")


def nul(path: Path, random: Random) -> None:
    splice(path, random, b"\0")


def splice(path: Path, random: Random, what: bytes) -> None:
    content = path.read_bytes()
    at = random.randint(0, len(content))
    path.write_bytes(content[:at] + what + content[at:])


def cut(path: Path, random: Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: random.randint(0, max(len(content) - 2, 0))])


def flip(path: Path, random: Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(random.randint(1, 8)):
        content[random.randrange(len(content))] = random.randrange(256)
    path.write_bytes(bytes(content))


def lost_block(path: Path, random: Random) -> None:
    content = path.read_bytes()
    at = random.randrange(len(content))
    path.write_bytes(content[:at] + content[at + random.randint(1, 40) :])


def zeros(path: Path, random: Random) -> None:
    """A block that was never written."""
    content = bytearray(path.read_bytes())
    at = random.randrange(len(content))
    content[at : at + 30] = bytes(len(content[at : at + 30]))
    path.write_bytes(bytes(content))


def quote(path: Path, random: Random) -> None:
    splice(path, random, b'"')


def tab(path: Path, random: Random) -> None:
    splice(path, random, b"\t")


def digits(path: Path, random: Random) -> None:
    splice(path, random, b"9" * 5_000)


def deep(path: Path, random: Random) -> None:
    path.write_bytes(b"[" * 100_000 + b"]" * random.choice([0, 100_000]))


VALUES: tuple[Any, ...] = (
    None, True, 7, -1, 1.5, "", "x", "a\0b", [], [None], [["x"]], {}, {"text": None}, 10**5000, float("nan"),
)  # fmt: skip
MAGIC = (b"PAR1", b"\x80")


def value(path: Path, random: Random) -> None:
    """One value of the JSON of a file is another."""
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    place = random.randrange(len(lines))
    try:
        document = json.loads("\n".join(lines))
        lines = [_dumped(_changed(document, random))]
    except ValueError:
        try:
            lines[place] = _dumped(_changed(json.loads(lines[place]), random))
        except ValueError:
            return flip(path, random)
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    return None


def _dumped(document: Any) -> str:
    text = json.dumps(document, default=str).replace('"<long>"', "1" * 5_000)
    return text.replace('"<half>"', '"\\ud800"')


def _changed(document: Any, random: Random) -> Any:
    places = list(_places(document))
    if not places:
        return random.choice(["<half>", "<long>", *VALUES[:-2]])
    inside, key = random.choice(places)
    inside[key] = random.choice(["<half>", "<long>", *VALUES[:-2], float("nan")])
    return document


def _places(document: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    keys = document.keys() if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ()
    for key in keys:
        found += [(document, key), *_places(document[key])]
    return found


ALWAYS_REFUSED: tuple[Callable[[Path, Random], None], ...] = (
    nothing, gone, folder, below_a_file, page, pointer, answer, packed, deep,
)  # fmt: skip
"""Whatever the format is, no row can come out of these."""
TEXT_REFUSED: tuple[Callable[[Path, Random], None], ...] = (
    other_encoding, not_utf8, nul, zeros, page_inside, pointer_inside,
)  # fmt: skip
"""Nor out of these, where the file is text."""
MAYBE: tuple[Callable[[Path, Random], None], ...] = (cut, flip, lost_block, quote, tab, digits, value)
"""These may leave a file that is fine."""
