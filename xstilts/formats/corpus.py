"""Raw text for masked-LM steps, a language at a time: plain files with a text a line, or Wikipedia as on the hub."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.hub import read_hub
from xstilts.formats.text import read_lines


def read_corpus(folder: Path, layout: str, language: str) -> Iterator[str]:
    """The non-empty lines of one language, in file order."""
    lines = _wikipedia(folder, language) if layout == "wikipedia" else _text(folder, language)
    return (line for line in lines if line.strip())


def _text(folder: Path, language: str) -> Iterator[str]:
    """`<language>.txt`."""
    path = folder / f"{language}.txt"
    if not os.path.lexists(path):
        there = ", ".join(sorted(one.stem for one in folder.glob("*.txt"))) or "none"
        raise InputError(f"{path}: file not found; the corpus has text in: {there}")
    yield from read_lines(path)


def _wikipedia(folder: Path, language: str) -> Iterator[str]:
    """wikimedia/wikipedia: parquet files in `<dump>.<language>/`; a line of an article is a text.

    `download` fetches the first file of a language only, so that parts may lack at the end."""
    found = sorted(folder.glob(f"*.{language}"))
    if len(found) != 1:
        there = ", ".join(sorted({one.suffix[1:] for one in folder.glob("*.*") if one.is_dir()})) or "none"
        raise InputError(f"{folder}/*.{language}: found {len(found)} folders, expected one; the corpus has: {there}")
    for _, row in read_hub(found[0], "train", {"text": str}, whole=False):
        yield from row["text"].split("\n")
