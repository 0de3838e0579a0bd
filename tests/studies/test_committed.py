"""Answers that are committed are those that their kept runs give, to the letter."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path

import pytest

from tests.imports import ROOT
from xstilts.studies.kept import RUN

FOLDERS = sorted(path.parent for path in (ROOT / "studies").glob(f"*/*/{RUN}"))
TEXTS = (".md", ".csv", ".tex")  # the points of a figure may differ in the last digit on another processor


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: "/".join(folder.parts[-2:]))
def test_a_committed_answer_is_that_of_its_run(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / folder.name
    shutil.copytree(folder / RUN, made / RUN)
    monkeypatch.setattr(sys, "argv", ["answer", str(made)])
    importlib.import_module(f"studies.{folder.parent.name}.answer").main()
    for path in folder.iterdir():
        if path.suffix in TEXTS:
            assert (made / path.name).read_bytes() == path.read_bytes(), path.name
    assert {path.name for path in made.iterdir()} == {path.name for path in folder.iterdir()}
