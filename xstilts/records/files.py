"""Reading and writing the pipeline's files. Whatever is written appears whole or not at all."""

from __future__ import annotations

import codecs
import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from xstilts.errors import InputError, missing
from xstilts.records import strict
from xstilts.records.places import AIM, new_and_old, note, place


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a temporary path (file or folder, for the caller to create); it becomes `path` only on success.

    What is there before stays until the new one is on the disk and has its name; a kill at any moment leaves one of
    the two, in its place after the next `settle`. Files of the old folder that the new one lacks may be a user's: they
    are kept elsewhere. A parent that is a file is an `InputError`."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{path.parent}: found a file on this path, expected a folder") from None
    with place(path) as folder:
        new, old = new_and_old(folder, path)
        yield new
        _to_disk(new)
        if path.is_dir() or (new.is_dir() and os.path.lexists(path)):  # a folder takes no other one's place
            note(folder, path)
            _to_disk(folder / AIM)
            _to_disk(folder, deep=False)
            os.replace(path, old)
        os.replace(new, path)
        _to_disk(path.parent, deep=False)


def discard(path: Path) -> None:
    """Remove a file or a folder: after a kill it is there whole, or not at all. No error if it is not there."""
    with place(path) as folder, suppress(FileNotFoundError, NotADirectoryError):
        os.replace(path, folder / path.name)


def _to_disk(path: Path, deep: bool = True) -> None:
    """Wait until a file, or a folder with all that is in it, is on the disk: a name must not outlive a lost power."""
    if deep and path.is_dir():
        for inner in path.iterdir():
            _to_disk(inner)
    if path.is_symlink() or not path.exists():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that does not know it
            raise
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, whole or not at all. A folder in its place is never replaced by a file."""
    if Path(path).is_dir():
        raise InputError(f"{path}: found a folder, expected a file or nothing there")
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: Any) -> None:
    """Write JSON that a person can read and `diff`; an `InputError` names the first value that is not finite."""
    write_text(path, strict.dump(value, path))


def read_json(path: Path) -> Any:
    """Read one JSON file; a missing, broken or ambiguous one is an `InputError` with its name and line."""
    return strict.parse(read_text(path), path)


def read_text(path: Path) -> str:
    """Read a whole UTF-8 file (a byte-order mark is dropped).

    Missing, empty, unreadable ones, other encodings and NUL characters are `InputError`s with file and line."""
    data = read_bytes(path)
    if not data.strip():
        raise InputError(f"{path}: the file is empty")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"{path}:1: found UTF-16, expected UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start})") from None
    if (place := text.find("\0")) >= 0:
        line = text.count("\n", 0, place) + 1
        raise InputError(f"{path}:{line}: found the character NUL, expected text")
    return text


def read_bytes(path: Path) -> bytes:
    """The content of a plain file; anything else is an `InputError` that says what is there."""
    try:
        return plain_file(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None


def plain_file(path: Path) -> Path:
    """The same path, if a file is there; a folder, a pipe or nothing is an `InputError`."""
    path = Path(path)
    try:
        if path.is_file():
            return path
        there = path.exists()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    if there:
        raise InputError(f"{path}: found {'a folder' if path.is_dir() else 'no plain file'}, expected a file")
    raise missing(path)


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]], schema: Mapping[str, str]) -> None:
    """Write rows as parquet whose bytes depend on the rows alone.

    `schema` maps each column to str, int, float, strs, ints or floats (the last three are lists)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "str": pa.string(), "int": pa.int64(), "float": pa.float64(), "strs": pa.list_(pa.string()),
        "ints": pa.list_(pa.int64()), "floats": pa.list_(pa.float64()),
    }  # fmt: skip
    table = pa.table(
        {name: pa.array([row[name] for row in rows], types[kind]) for name, kind in schema.items()},
        schema=pa.schema([(name, types[kind]) for name, kind in schema.items()]),
    )
    with writing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", row_group_size=1 << 16, store_schema=False)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a parquet file written by `write_rows` as a list of dictionaries."""
    import pyarrow.parquet as pq

    path = plain_file(path)
    try:
        table = pq.ParquetFile(path).read()  # read_table imports pandas, 0.3 s
        rows: list[dict[str, Any]] = table.to_pylist()
    except Exception as error:  # pyarrow has no common base class for what a damaged file raises
        raise InputError(f"{path}: not a readable parquet file: {' '.join(str(error).split())}") from None
    if len({*table.column_names}) < table.num_columns:
        raise InputError(f"{path}: found a column twice in {', '.join(table.column_names)}, expected each once")
    return rows
