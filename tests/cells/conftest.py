"""The made-up repository of a module, to be changed by one test."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.cells.made_up import Repository


@pytest.fixture
def repository(made: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A copy of what the module has in `made`, as the working folder; temporary clones lie beside it."""
    copy = made.copied(tmp_path / "repository")
    monkeypatch.chdir(copy.folder)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return copy
