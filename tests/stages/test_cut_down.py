"""A cut-down copy of a data set: refused where the profile says full, and marked all the way to the table otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stages.prepare import prepare
from stages.score import score
from tests.fake_grid import PARAMS, write_params
from tests.stages.test_score import predict
from tests.tasks.samples import SAMPLES
from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params, read_params
from xstilts.records.files import write_json
from xstilts.report.figures.controls import read_controls
from xstilts.report.figures.grid import read_grid
from xstilts.report.tables.notes import notes
from xstilts.report.tables.table import language_table, to_lines
from xstilts.tasks import load

PAIRS = 3  # in the made-up files; the full set has 1,000


def parameters(folder: Path, kind: str) -> Params:
    """One source, one target without a training, one language."""
    tasks = {name: dict(given) for name, given in PARAMS["tasks"].items()}
    tasks["tatoeba"] |= {"evaluate": {"test": ["de"]}, "raw": "data/raw/tatoeba", "labels": "data/raw/tatoeba"}
    targets: dict[str, Any] = {group: {} for group in PARAMS["targets"]} | {"retrieval": {"tatoeba": {}}}
    data = {"kind": kind}
    write_params(folder, data=data, tasks=tasks, targets=targets, sources={"none": {"tasks": []}})
    SAMPLES["tatoeba", "native"].write(folder / "data/raw/tatoeba")
    return read_params()


def test_full_data_must_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    params = parameters(tmp_path, "full")
    with pytest.raises(InputError, match=rf"tatoeba/test/de .*: found {PAIRS}, expected 1,000: the full set"):
        prepare(load("tatoeba"), params.data, params.tasks["tatoeba"], paths.PREPARED / "tatoeba")
    assert not (paths.PREPARED / "tatoeba").exists()


@pytest.mark.parametrize(
    ("kind", "first", "cut"), [("cut-down", "CUT-DOWN data", True), ("generated", "GENERATED data", False)]
)
def test_the_table_says_what_data_it_is_from(
    kind: str, first: str, cut: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    params = parameters(tmp_path, kind)
    prepare(load("tatoeba"), params.data, params.tasks["tatoeba"], paths.PREPARED / "tatoeba")
    predict("tatoeba", {("test", "de"): ["1", "2", "2"]})
    cells = score(params, "tatoeba")
    assert cells["signature"]["data"] == kind and cells["cells"][0]["n"] == PAIRS
    write_json(paths.cells("tatoeba"), cells)
    curve = {"stage": "intermediate", "source": "none", "seed": 1, "tasks": [], "recipe": None, "best": None}
    curve |= {"steps": [], "dev": [], "collapsed": None}
    write_json(paths.curve("intermediate", "none", 1), curve)
    grid = read_grid(params)
    lines = notes(grid, {}, {})
    assert lines[0].startswith(f"Profile fake: {first}")
    assert ("Fewer rows than the full set has: Tatoeba (de)." in lines) == cut
    assert ("de (cut)" in to_lines(language_table(grid, "tatoeba", read_controls(grid)["targets"]))[0]) == cut
