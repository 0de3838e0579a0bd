"""Parquet files of Hugging Face data set repositories, read with `datasets`.

`datasets` says what the columns are: it takes label names from the files' own metadata, and types from their schema.
Here they are compared with what a task expects. The files are streamed one after the other in the order of their names:
nothing is copied into a cache, and no request leaves the machine (`load_dataset` counts each load at the hub)."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.formats.parts import check_parts
from xstilts.formats.stand_ins import refuse_stand_in
from xstilts.records.strict import brief

if TYPE_CHECKING:
    from datasets import IterableDataset

Kind = Any
"""What a column holds: `str`, `int`, a tuple of label names (its values are their positions), a list with one kind for
its items, or a dictionary of kinds."""

BATCH = 4096  # rows in memory at a time


def read_hub(
    folder: Path, split: str, columns: Mapping[str, Kind], whole: bool = True
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file: row n, row) of all parquet files of a split in a folder; the first row of each file is row 0.

    A missing column, another type, other label names, a null and the character NUL are `InputError`s. `whole`: every
    part of the split must be there, not only the first ones."""
    for path in shards(folder, split, whole):
        with tempfile.TemporaryDirectory() as cache:
            yield from _rows(path, columns, cache)


def shards(folder: Path, split: str, whole: bool = True) -> list[Path]:
    """The parquet files of a split, <split>-*.parquet or <split>/*.parquet as the hub's own conversion has them (ref
    refs/convert/parquet); none, a part that lacks and one that came twice are `InputError`s.

    `datasets` would guess splits from names: to it `validation_mismatched` and `validation_matched` are one split."""
    named, inside = sorted(folder.glob(f"{split}-*.parquet")), sorted(folder.glob(f"{split}/*.parquet"))
    if named and inside:
        raise InputError(f"{folder}: found {named[0].name} and {split}/{inside[0].name}, expected one of the two forms")
    paths = named or inside
    if not paths:
        raise InputError(f"{folder / split}-*.parquet: file not found")
    for path in paths:
        refuse_stand_in(path)
    check_parts(paths, whole)
    return paths


def class_name(value: object, names: Sequence[str], where: str) -> str:
    """The name of one integer label."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
        return names[value]
    raise InputError(f"{where}: found label {brief(value)}, expected 0 to {len(names) - 1}")


def _rows(path: Path, columns: Mapping[str, Kind], cache: str) -> Iterator[tuple[str, dict[str, Any]]]:
    number = -1
    try:
        dataset = _open(path, cache)
        _check_columns(dataset, columns, path)
        tables = dataset.with_format("arrow").iter(batch_size=BATCH)
        rows = (row for table in tables for row in _listed(table.select(list(columns)), path, number + 1))
        for number, row in enumerate(rows):
            for name, value in row.items():
                if found := _odd(value):
                    expected = _said(columns[name])
                    raise InputError(f"{path}: row {number}: found {found} in column {name}, expected {expected}")
            yield f"{path}: row {number}", row
    except InputError:
        raise
    except Exception as error:  # what a damaged file raises in pyarrow and datasets has no common class
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise InputError(f"{path}: not a readable parquet file: {reason}") from None
    if number < 0:
        raise InputError(f"{path}: the file is empty")


def _listed(table: Any, path: Path, first: int) -> list[dict[str, Any]]:
    """The rows of a table, of which the first has this number. pyarrow does not say where a text is not UTF-8."""
    try:
        rows: list[dict[str, Any]] = table.to_pylist()
    except UnicodeDecodeError:
        for place in range(table.num_rows):
            try:
                table.slice(place, 1).to_pylist()
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{path}: row {first + place}: found a text that is not UTF-8 ({error.reason})"
                ) from None
        raise
    return rows


def _open(path: Path, cache: str) -> IterableDataset:
    import datasets

    datasets.logging.set_verbosity(logging.CRITICAL)  # it logs what it raises: one message is enough
    return datasets.IterableDataset.from_parquet(str(path), batch_size=BATCH, cache_dir=cache)


def _check_columns(dataset: IterableDataset, columns: Mapping[str, Kind], path: Path) -> None:
    features = dataset.features
    if missing := [name for name in columns if name not in features]:
        raise InputError(f"{path}: found the columns {', '.join(features)}, expected also {', '.join(missing)}")
    for name, kind in columns.items():
        if not _fits(features[name], kind):
            found = features.arrow_schema.field(name).type
            raise InputError(f"{path}: found the type {found} in column {name}, expected {_said(kind)}")
        names, expected = _names(features[name]), kind[0] if isinstance(kind, list) else kind
        if names is not None and isinstance(expected, tuple) and tuple(names) != expected:
            found = ", ".join(names)
            raise InputError(f"{path}: column {name} has the labels {found}, expected {', '.join(expected)}")


def _fits(feature: Any, kind: Kind) -> bool:
    """Whether a feature of `datasets` is of this kind."""
    import datasets

    if isinstance(kind, dict):
        return isinstance(feature, dict) and all(
            name in feature and _fits(feature[name], inner) for name, inner in kind.items()
        )
    if isinstance(kind, list):
        return isinstance(feature, datasets.List | datasets.LargeList) and _fits(feature.feature, kind[0])
    if isinstance(feature, datasets.ClassLabel):
        return isinstance(kind, tuple)
    dtype = feature.dtype if isinstance(feature, datasets.Value) else ""
    return dtype in ("string", "large_string") if kind is str else dtype.removeprefix("u").startswith("int")


def _names(feature: Any) -> list[str] | None:
    """The label names that the file carries for a column of labels, or of lists of labels."""
    names: list[str] | None = getattr(getattr(feature, "feature", feature), "names", None)
    return names


def _odd(value: Any) -> str:
    """What no value may be or hold, in words; nothing if it is fine."""
    if isinstance(value, str):
        return "the character NUL" if "\0" in value else ""
    if isinstance(value, dict | list):
        return next(filter(None, map(_odd, value.values() if isinstance(value, dict) else value)), "")
    return "no value (null)" if value is None else ""


def _said(kind: Kind) -> str:
    """A kind in words."""
    if isinstance(kind, dict):
        return " and ".join(f"{name} ({_said(inner)})" for name, inner in kind.items())
    if isinstance(kind, list):
        return f"lists of {_said(kind[0])}"
    if isinstance(kind, tuple):
        return f"numbers of the labels {', '.join(kind)}"
    return {str: "text", int: "whole numbers"}[kind]
