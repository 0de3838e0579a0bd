"""Damaged files of results: a refusal with the file's name, or a report; never another exception."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests import damage
from tests.fake_grid import INTERMEDIATE, TRANSLATION, write_grid, write_params
from tests.report.test_page import STATISTICS
from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import write_json, write_text
from xstilts.report.figures.controls import format_only, read_controls
from xstilts.report.figures.extras import read_extras
from xstilts.report.figures.gains import read_statistics
from xstilts.report.figures.grid import read_grid
from xstilts.report.figures.runs import records
from xstilts.report.figures.tracked import tracked
from xstilts.report.page.whole import page
from xstilts.report.paper import findings
from xstilts.report.paper.published import read_published
from xstilts.report.tables.intermediate import intermediate_table, part_tables
from xstilts.report.tables.notes import intermediate_notes, notes
from xstilts.report.tables.table import averages_tables, main_table

KEPT = Path("profiles/controls.json")
FILES = {
    "cells": paths.cells("xquad"), "tuned cells": paths.cells("bucc"), "statistics": Path("results/statistics.json"),
    "curve": paths.curve("intermediate", "mnli", 1), "target curve": paths.curve("target", "xnli", "mnli", 1),
    "intermediate": INTERMEDIATE, "translations": paths.TRANSLATIONS, "controls": KEPT,
    "gains": Path("results/language_gains.csv"), "analysis": Path("results/language_analysis.csv"),
    "lock": Path("dvc.lock"),
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository root with one file of each kind."""
    monkeypatch.chdir(tmp_path)
    write_grid(tmp_path, write_params(tmp_path, profile="miniature"))
    score = {"source": "mnli", "target": "xnli", "seed": 1, "language": "hi", "mean": 50.0, "low": 41.2, "high": 58.8}
    write_json(FILES["statistics"], {**STATISTICS, "scores": [score], "gains": []})
    write_json(FILES["translations"], {"mnli-de": TRANSLATION})
    targets = {"xnli": {"de": {"random": 33.3, "chance": 33.3}}}
    write_json(KEPT, {"profile": "miniature", "from": "this run", "seeds": [1], "targets": targets})
    write_text(FILES["gains"], "source,target,language,distance\nmnli,xnli,de,0.3\nmnli,xnli,tr,\n")
    write_text(FILES["analysis"], "source,target,factor,languages,rho,p,p_holm\nmnli,xnli,distance,7,-0.7,0.18,1.0\n")
    write_text(FILES["lock"], "stages:\n  a:\n    outs:\n    - path: data/a\n      md5: 12ab\n")
    return tmp_path


def attempt(draw: random.Random, kind: str, sound: bytes) -> None:
    """Everything that `aggregate` reads and makes, with one damaged file."""
    path = FILES[kind]
    whole = path.suffix != ".json" or draw.random() < 0.3
    path.write_bytes(damage.of_bytes(draw, sound) if whole else damage.dump(damage.of_json(draw, json.loads(sound))))
    report()


def report() -> Any:
    """The report, as `aggregate` makes it."""
    grid = read_grid(read_params())
    controls = read_controls(grid, KEPT)
    weak = format_only(grid, controls["targets"])
    table, averages, remarks = main_table(grid), averages_tables(grid), notes(grid, weak, controls["targets"])
    found = findings.findings(grid, read_statistics(grid), weak, read_published())
    extras = read_extras(Path("results"), read_params(), findings.to_json(found))
    intermediate_notes(grid)
    records(grid, tracked())
    return page(grid, table, averages, intermediate_table(grid), part_tables(grid), controls, weak, remarks, extras)


@pytest.mark.usefixtures("root")
def test_the_files_are_sound_before() -> None:
    assert "mnli-de" in report()


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("kind", FILES)
def test_damaged_results(kind: str) -> None:
    sound = FILES[kind].read_bytes()
    counts = damage.outcomes(12, lambda draw: attempt(draw, kind, sound))
    assert counts.total() == 12


@pytest.mark.slow
@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("kind", FILES)
def test_many_damaged_results(kind: str) -> None:
    sound = FILES[kind].read_bytes()
    counts = damage.outcomes(250, lambda draw: attempt(draw, kind, sound), seed=1)
    print(f"\n{kind}: {dict(counts)}")
    assert counts["refused"] > 40


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("kind", ["cells", "statistics", "curve", "intermediate", "translations", "controls"])
def test_a_folder_in_the_place_of_a_file_is_named(kind: str) -> None:
    FILES[kind].unlink()
    FILES[kind].mkdir()
    with pytest.raises(InputError, match=rf"{FILES[kind]}: found a folder, expected a file$"):
        report()
