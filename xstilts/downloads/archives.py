"""Fetching published files by URL and unpacking archives that may not be trusted."""

from __future__ import annotations

import bz2
import gzip
import http.client
import lzma
import shutil
import sys
import tarfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from xstilts.downloads.pins import CHUNK, Pin, copy
from xstilts.errors import InputError
from xstilts.formats.stand_ins import refuse_stand_in

SUFFIXES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2")


def fetch_file(url: str, expected: str | None, folder: Path) -> tuple[Pin, list[str]]:
    """Fetch one published file and unpack it if it is an archive; give back what it was and what was left out of it.

    A hash other than `expected` (None: not known) is an `InputError`."""
    path, pin = fetch(url, folder)
    try:
        refuse_stand_in(path)
    except InputError as error:
        raise InputError(f"{url}: {str(error).removeprefix(f'{path}: ')}") from None
    if expected is not None and pin["sha256"] != expected:
        raise InputError(f"{url}: found sha256 {pin['sha256']}, expected {expected}")
    left_out = []
    if is_archive(path):
        left_out = unpack(path, folder)
        path.unlink()
    return pin, left_out


def fetch(url: str, folder: Path) -> tuple[Path, Pin]:
    """Fetch a URL into a folder under its own name, telling how far it is; give back the file and what it is."""
    path = folder / PurePosixPath(urllib.parse.unquote(urllib.parse.urlsplit(url).path)).name
    try:
        with urllib.request.urlopen(url, timeout=60) as source, path.open("wb") as target:
            total = int(source.headers.get("Content-Length") or 0)
            pin = copy(source, target, partial(_tell, path.name, total))
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise InputError(f"{url}: could not be fetched: {reason}") from None
    print(file=sys.stderr)
    if total and pin["size"] != total:
        raise InputError(f"{url}: found {pin['size']} bytes, expected {total}: the connection broke off")
    return path, pin


def _tell(name: str, total: int, done: int) -> None:
    share = f" of {total / 1e6:.1f}" if total else ""
    print(f"\r{name}: {done / 1e6:.1f}{share} MB", end="", file=sys.stderr, flush=True)


def is_archive(path: Path) -> bool:
    """Whether `unpack` knows this kind of file, by its name."""
    return path.name.endswith(SUFFIXES)


def unpack(path: Path, folder: Path) -> list[str]:
    """Unpack a tar or zip archive; give back the names of links and devices, which are left out.

    A name that leads out of the folder is refused before anything of it is written."""
    left_out = []
    try:
        with ExitStack() as stack:
            for name, source in _members(path, stack):
                target = folder / name
                if not target.resolve().is_relative_to(folder.resolve()):
                    raise InputError(
                        f"{path.name}: found the name {name!r}, expected names inside the archive's folder"
                    )
                if source is None:
                    left_out.append(name)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with source, target.open("wb") as file:
                    shutil.copyfileobj(source, file, CHUNK)
    except OSError as error:
        if error.errno is not None:  # of the disk; a damaged archive's have no number
            raise
        raise InputError(f"{path.name}: not a readable archive: {error}") from None
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError) as error:
        raise InputError(f"{path.name}: not a readable archive: {error}") from None
    return left_out


def _members(path: Path, stack: ExitStack) -> Iterator[tuple[str, IO[bytes] | None]]:
    """(name, opened content) of the files of an archive; links and devices come without content.

    Everything is read to its end: a checksum that stands there counts only if it is read."""
    if path.suffix == ".zip":  # each file has its checksum
        pack = stack.enter_context(zipfile.ZipFile(path))
        for entry in pack.infolist():
            if not entry.is_dir():
                yield entry.filename, pack.open(entry)
        return
    stream = _Blocks(stack.enter_context(_decompressed(path)))
    tar = stack.enter_context(tarfile.open(fileobj=stream, mode="r:"))  # type: ignore[call-overload]
    for member in tar:
        if not member.isdir():
            yield member.name, tar.extractfile(member) if member.isfile() else None
    if stream.last != bytes(tarfile.BLOCKSIZE):  # a damaged head ends the list, too, and so does the end of the file
        raise tarfile.ReadError("it ends or is damaged after its last file; no end of an archive stands there")
    while stream.read(CHUNK):
        pass


def _decompressed(path: Path) -> IO[bytes]:
    """The content of a file that may be packed; its beginning says how."""
    with path.open("rb") as file:
        head = file.read(6)
    for magic, library in ((b"\x1f\x8b", gzip), (b"BZh", bz2), (b"\xfd7zXZ\0", lzma)):
        if head.startswith(magic):
            opened: IO[bytes] = library.open(path)
            return opened
    return path.open("rb")


class _Blocks:
    """A stream that remembers what was last read of it: of a tar that is the head at which its list ended."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.last = stream, b""

    def read(self, size: int = -1) -> bytes:
        """Read as the stream does."""
        self.last = self._stream.read(size)
        return self.last

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place, as the stream does."""
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        """Where the stream is."""
        return self._stream.tell()
