"""Fetching published files by URL and unpacking archives that may not be trusted."""

from __future__ import annotations

import hashlib
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
from pathlib import Path, PurePosixPath
from typing import IO

from xstilts.errors import InputError
from xstilts.formats.stand_ins import refuse_stand_in

SUFFIXES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2")
CHUNK = 1 << 20


def fetch_file(url: str, expected: str | None, folder: Path) -> tuple[str, list[str]]:
    """Fetch one published file and unpack it if it is an archive; give back its sha256 and what was left out of it.

    A hash other than `expected` (None: not known) is an `InputError`."""
    path, sha256 = fetch(url, folder)
    try:
        refuse_stand_in(path)
    except InputError as error:
        raise InputError(f"{url}: {str(error).removeprefix(f'{path}: ')}") from None
    if expected is not None and sha256 != expected:
        raise InputError(f"{url}: found sha256 {sha256}, expected {expected}")
    left_out = []
    if is_archive(path):
        left_out = unpack(path, folder)
        path.unlink()
    return sha256, left_out


def fetch(url: str, folder: Path) -> tuple[Path, str]:
    """Fetch a URL into a folder under its own name, telling how far it is; give back the file and its sha256."""
    path = folder / PurePosixPath(urllib.parse.unquote(urllib.parse.urlsplit(url).path)).name
    digest, done = hashlib.sha256(), 0
    try:
        with urllib.request.urlopen(url, timeout=60) as source, path.open("wb") as target:
            total = int(source.headers.get("Content-Length") or 0)
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
                done += len(chunk)
                share = f" of {total / 1e6:.1f}" if total else ""
                print(f"\r{path.name}: {done / 1e6:.1f}{share} MB", end="", file=sys.stderr, flush=True)
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise InputError(f"{url}: could not be fetched: {reason}") from None
    print(file=sys.stderr)
    if total and done != total:
        raise InputError(f"{url}: found {done} bytes, expected {total}: the connection broke off")
    return path, digest.hexdigest()


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
    """(name, opened content) of the files of an archive; links and devices come without content."""
    if path.suffix == ".zip":
        pack = stack.enter_context(zipfile.ZipFile(path))
        for entry in pack.infolist():
            if not entry.is_dir():
                yield entry.filename, pack.open(entry)
        return
    tar = stack.enter_context(tarfile.open(path))
    for member in tar:
        if not member.isdir():
            yield member.name, tar.extractfile(member) if member.isfile() else None
