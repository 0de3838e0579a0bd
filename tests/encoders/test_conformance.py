"""Every architecture of the table in docs/add-a-backbone.md passes every check; the table itself is of these checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.encoders import conformance
from tests.encoders.zoo import ZOO, make
from tests.imports import ROOT


@pytest.fixture(scope="module", params=list(ZOO))
def encoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    return request.param, make(request.param, tmp_path_factory.mktemp("zoo") / "model")


@pytest.mark.parametrize("column", list(conformance.CHECKS))
def test_conformance(column: str, encoder: tuple[str, Path]) -> None:
    """The check passes, and the table says what it found."""
    name, folder = encoder
    found = conformance.CHECKS[column][1](folder)
    lines = (ROOT / "docs" / "add-a-backbone.md").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(f"| {name} |")]
    place = 1 + list(conformance.CHECKS).index(column)
    assert line.replace("\\|", "&").strip("| ").split(" | ")[place].replace("&", "\\|") == found
