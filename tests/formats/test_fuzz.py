"""Every reader against damaged files: rows or an `InputError`, never another error, and never rows of a stand-in."""

from __future__ import annotations

import shutil
import zlib
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.formats.damage import ALWAYS_REFUSED, MAGIC, MAYBE, TEXT_REFUSED, below_a_file
from tests.tasks.samples import SAMPLES
from xstilts.errors import InputError
from xstilts.preparation.checks import check_rows
from xstilts.tasks import load

HUB = [key for key in sorted(SAMPLES) if key[1] == "hub"]
TEXT = [key for key in sorted(SAMPLES) if key[1] != "hub"]


def opened(name: str, layout: str, folder: Path) -> dict[Path, list[tuple[str, str]]]:
    """The files of a sample, each with the splits that cannot do without it."""
    SAMPLES[name, layout].write(folder)
    found: dict[Path, list[tuple[str, str]]] = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes()
        path.unlink()
        for place in SAMPLES[name, layout].rows:
            try:
                load(name).readers[layout](folder, folder / "labels", *place)
            except InputError:
                found.setdefault(path, []).append(place)
        path.write_bytes(content)
    return found


def damage(name: str, layout: str, folder: Path, rounds: int) -> Counter[str]:
    """What came of every kind of damage to every file of a sample."""
    task, random, outcome = load(name), Random(zlib.crc32(f"{name}/{layout}".encode())), Counter[str]()
    for path, places in opened(name, layout, folder / "whole").items():
        text = not path.read_bytes().startswith(MAGIC)
        sure = (*ALWAYS_REFUSED, *(TEXT_REFUSED if text else ()))
        for kind in (*sure, *MAYBE * rounds):
            root = folder / "damaged"
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(folder / "whole", root)
            copy = root / path.relative_to(folder / "whole")
            if kind is below_a_file and copy.parent == root:
                continue
            kind(copy, random)
            split, language = random.choice(places)
            outcome["inputs"] += 1
            try:
                rows = list(task.readers[layout](root, root / "labels", split, language))
                check_rows(task.family, rows, "here")
            except InputError as error:
                outcome["refused"] += 1
                assert "\n" not in str(error) and len(str(error)) < 1_500
                continue
            except Exception as error:
                raise AssertionError(f"{kind.__name__} of {copy}: {type(error).__name__}: {error}") from error
            outcome["taken"] += 1
            assert kind not in sure, f"{kind.__name__} of {copy}: found {len(rows)} rows, expected a refusal"
    return outcome


@pytest.mark.parametrize(("name", "layout"), TEXT)
def test_damaged_files(name: str, layout: str, tmp_path: Path) -> None:
    assert damage(name, layout, tmp_path, 2)["refused"]


@pytest.mark.parametrize(("name", "layout"), HUB)
def test_damaged_parquet(name: str, layout: str, tmp_path: Path) -> None:
    assert damage(name, layout, tmp_path, 1)["refused"]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "layout"), sorted(SAMPLES))
def test_many_damaged_files(name: str, layout: str, tmp_path: Path) -> None:
    """The same at length; the figures are printed."""
    print(name, layout, dict(damage(name, layout, tmp_path, 15)))
