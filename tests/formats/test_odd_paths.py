"""What is no file in the place of one: every reader names it, whether it is the data or its labels."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tasks.samples import SAMPLES
from xstilts.errors import InputError
from xstilts.formats.corpus import read_corpus
from xstilts.tasks import load


def folder(path: Path) -> None:
    path.mkdir()


def loop(path: Path) -> None:
    os.symlink(path.name, path)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def nowhere(path: Path) -> None:
    """A link to a name that no file can have."""
    os.symlink("a" * 300, path)


KINDS: dict[str, tuple[Callable[[Path], None], str]] = {
    "folder": (folder, "found a folder, expected a file"),
    "loop": (loop, "file not found"),
    "pipe": (pipe, "found no plain file, expected a file"),
    "nowhere": (nowhere, "cannot be read: File name too long"),
}
FILES = [
    ("mnli", "native", "dev/en", "multinli_1.0_dev_matched.jsonl"),
    ("mnli", "hub", "dev/en", "mnli/validation_matched-00000-of-00001.parquet"),
    ("xnli", "xtreme", "test/de", "labels/test-de.tsv"), ("xquad", "xtreme", "test/de", "labels/test-de.json"),
    ("tatoeba", "xtreme", "test/de", "labels/test-de.tsv"), ("mewslix", "xtreme", "test/de", "labels/test-de.json"),
    ("bucc", "xtreme", "dev/de", "de-en.dev.gold"), ("lareqa", "native", "test/de", "de.json"),
    ("multichecklist", "native", "test/de", "de_squad_suite.pkl"),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "layout", "place", "file"), FILES)
def test_no_file_in_the_place_of_one(name: str, layout: str, place: str, file: str, kind: str, tmp_path: Path) -> None:
    put, message = KINDS[kind]
    SAMPLES[name, layout].write(tmp_path)
    (tmp_path / file).unlink()
    put(tmp_path / file)
    split, language = place.split("/")
    with pytest.raises(InputError) as refused:
        list(load(name).readers[layout](tmp_path, tmp_path / "labels", split, language))
    assert str(refused.value).startswith(f"{tmp_path / file}: ") and message in str(refused.value)


@pytest.mark.parametrize("kind", KINDS)
def test_no_file_in_the_place_of_raw_text(kind: str, tmp_path: Path) -> None:
    put, message = KINDS[kind]
    put(tmp_path / "de.txt")
    with pytest.raises(InputError, match=rf"de\.txt: {message}"):
        list(read_corpus(tmp_path, "text", "de"))
