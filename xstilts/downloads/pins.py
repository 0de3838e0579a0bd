"""What each download was when it first came: `pins/<download>.json`, committed, and compared from then on.

Few publishers tell a hash. Bytes that change inside a file that still can be read show nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from xstilts.errors import InputError
from xstilts.records.files import read_json, write_json
from xstilts.records.forms import Each, Maybe, check

FOLDER = Path("pins")
Pin = Mapping[str, object]
"""`size` in bytes and `sha256` of one file as it was published."""
FORM = Each({"size": int, "sha256": str})
CHUNK = 1 << 20


def copy(source: IO[bytes], target: IO[bytes], tell: Callable[[int], None] = lambda done: None) -> Pin:
    """Copy a file to its end, telling after each part how many bytes there are; gives back what it is."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += target.write(chunk)
        tell(size)
    return {"size": size, "sha256": digest.hexdigest()}


def compare(name: str, came: Mapping[str, Pin]) -> Mapping[str, Pin]:
    """Refuse a file of the download `name` that is not what is pinned; gives back all that is pinned."""
    file = FOLDER / f"{name}.json"
    pinned = _read(file)
    for origin, pin in came.items():
        if (expected := pinned.get(origin, pin)) != pin:
            raise InputError(
                f"{origin}: found {_said(pin)}, expected {_said(expected)}, as it was when it was pinned in {file}. "
                "To accept the other file, delete its entry there and fetch it again"
            )
    return pinned


def keep(name: str, came: Mapping[str, Pin]) -> None:
    """Pin what came for the first time; what is pinned is compared, and never forgotten."""
    pinned = compare(name, came)
    if not came.keys() <= pinned.keys():
        write_json(FOLDER / f"{name}.json", dict(sorted({**pinned, **came}.items())))
        print(f"pinned what came in {FOLDER / f'{name}.json'}: commit this file")


def check_record(folder: Path) -> None:
    """Compare what a downloaded folder says of itself with what is pinned now, which may have come from a commit."""
    record = folder / "download.json"
    if not record.is_file():
        return
    content = check(read_json(record), {"task": Maybe(str, True), "files": Maybe(FORM, True)}, record)
    name = content.get("task") or folder.name
    try:
        compare(name, content.get("files") or {})
    except InputError as error:
        raise InputError(f"{record}: {error} with `dvc repro -f download@{name}`") from None


def _read(file: Path) -> Mapping[str, Pin]:
    pinned: Mapping[str, Pin] = check(read_json(file), FORM, file) if file.is_file() else {}
    return pinned


def _said(pin: Pin) -> str:
    return f"{pin['size']:,} bytes with sha256 {pin['sha256']}"
