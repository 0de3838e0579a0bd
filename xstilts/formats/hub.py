"""Parquet files of Hugging Face data set repositories, read with pyarrow alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from xstilts.errors import InputError


def read_hub(folder: Path, split: str, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file: row n, row) of all parquet files of a split in a folder, in the order of their names."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for path in shards(folder, split):
        try:
            table = pq.read_table(path)
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{path}: not a readable parquet file: {error}") from None
        if missing := [name for name in columns if name not in table.column_names]:
            found = ", ".join(table.column_names)
            raise InputError(f"{path}: found the columns {found}, expected also {', '.join(missing)}")
        if not table.num_rows:
            raise InputError(f"{path}: the file is empty")
        for batch in table.select(list(columns)).to_batches(max_chunksize=4096):
            for number, row in enumerate(batch.to_pylist()):
                yield f"{path}: row {number}", row


def shards(folder: Path, split: str) -> list[Path]:
    """The parquet files of a split, <split>-*.parquet or <split>/*.parquet as the hub's own conversion has them (ref
    refs/convert/parquet); none is an `InputError`."""
    paths = sorted(folder.glob(f"{split}-*.parquet")) or sorted(folder.glob(f"{split}/*.parquet"))
    if not paths:
        raise InputError(f"{folder / split}-*.parquet: file not found")
    return paths


def class_names(folder: Path, split: str, column: str, expected: Sequence[str]) -> tuple[str, ...]:
    """The names behind the integer labels of a column, in order.

    Where the file carries its own list (the `huggingface` entry of the parquet schema) that one must be `expected`."""
    import pyarrow.parquet as pq

    path = shards(folder, split)[0]
    stored = (pq.read_schema(path).metadata or {}).get(b"huggingface", b"{}")
    feature = json.loads(stored).get("info", {}).get("features", {}).get(column, {})
    names = feature.get("names") or feature.get("feature", {}).get("names")
    if names is not None and tuple(names) != tuple(expected):
        raise InputError(f"{path}: column {column} has the labels {', '.join(names)}, expected {', '.join(expected)}")
    return tuple(expected)


def class_name(value: object, names: Sequence[str], where: str) -> str:
    """The name of one integer label."""
    if isinstance(value, int) and 0 <= value < len(names):
        return names[value]
    raise InputError(f"{where}: found label {value!r}, expected 0 to {len(names) - 1}")
