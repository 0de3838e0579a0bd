"""The house: rooms import downwards only, files of a room form no circle, scripts stay scripts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.imports import ROOT, named

ROOMS = (  # from above; docs/design.md says what each is for
    "commands", "cluster", "studies", "publication", "cells", "comparison", "latency", "submissions", "report",
    "statistics", "translation", "pretraining", "mixtures", "training", "scoring", "families", "encoders", "miniature",
    "preparation", "conditions", "tasks", "downloads", "formats", "repair", "records", "params", "tracking",
)  # fmt: skip
GROUND = ("arithmetic", "environment", "errors", "interrupt", "paths", "seeding", "threads")  # files below all rooms
REPORT = {"page": 0, "paper": 0, "tables": 1, "figures": 2}  # room of the report -> depth
SCRIPT_LINES = 80

FILES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "xstilts").rglob("*.py"))
SCRIPTS = sorted(path for path in (ROOT / "stages").glob("*.py") if path.stem != "__init__")


def room(file: str) -> str:
    """The room of a file; a file below all rooms is its own."""
    return Path(file).parts[1].removesuffix(".py")


def depth(file: str) -> int:
    """How far down a file is: 0 is the top."""
    return (*ROOMS, *GROUND).index(room(file)) if room(file) in ROOMS else len(ROOMS)


def test_every_room_is_known() -> None:
    found = {room(file) for file in FILES} - {"__init__", "__main__"}
    assert found == {*ROOMS, *GROUND}


@pytest.mark.parametrize("file", FILES)
def test_a_file_imports_downwards_only(file: str) -> None:
    """Also under TYPE_CHECKING. The package's own files, which start commands, may import commands."""
    if Path(file).name in ("__init__.py", "__main__.py") and len(Path(file).parts) == 2:
        return
    for other in named(file):
        if room(other) != "__init__" and room(other) != room(file):
            assert depth(other) > depth(file) or (room(file) in GROUND and room(other) in GROUND), other


@pytest.mark.parametrize("file", FILES)
def test_within_the_report_figures_lie_below_tables_and_tables_below_page_and_paper(file: str) -> None:
    parts = Path(file).parts
    if parts[1] == "report" and len(parts) == 4:
        for other in (path for path in named(file) if room(path) == "report" and len(Path(path).parts) == 4):
            there = Path(other).parts[2]
            assert there == parts[2] or REPORT[there] > REPORT[parts[2]], other


def test_no_files_form_a_circle() -> None:
    arrows = {file: {other for other in named(file) if other != file} for file in FILES}
    done: set[str] = set()

    def visit(file: str, way: tuple[str, ...]) -> None:
        if file in way:
            circle = (*way[way.index(file) :], file)
            raise AssertionError(" -> ".join(circle))
        if file not in done:
            for other in sorted(arrows.get(file, ())):
                visit(other, (*way, file))
            done.add(file)

    for file in FILES:
        visit(file, ())


@pytest.mark.parametrize("file", FILES)
def test_the_library_imports_no_script(file: str) -> None:
    assert not [other for other in named(file) if other.startswith("stages/")]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_is_short_and_knows_no_task(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= SCRIPT_LINES
    assert "if task ==" not in text


def test_stages_holds_scripts_only() -> None:
    assert [path.name for path in (ROOT / "stages").iterdir() if path.is_dir() and path.name != "__pycache__"] == []


def test_the_design_has_the_rooms_in_this_order() -> None:
    text = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    places = [text.index(f"\n  {name}/ ") for name in ROOMS]
    assert all(one < other for one, other in pairwise(places))
