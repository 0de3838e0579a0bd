"""Cells under a condition: shown, audited, made again and published, on a made-up repository."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import fake_grid
from tests.cells.made_up import Repository
from tests.commands.call import call
from xstilts import paths
from xstilts.errors import InputError
from xstilts.records.files import read_json, write_json

pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")
DOUBLE = "double-1"
REAL = Path("results/real")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository with one condition, as DVC leaves it, with learning curves. Read only."""
    made = Repository(tmp_path_factory.mktemp("made") / "repository", {"xnli": [DOUBLE]})
    for source in ("none", "mnli"):
        write_json(made.folder / paths.curve("intermediate", source, 1), fake_grid._intermediate(source, 1, ()))
        write_json(made.folder / paths.curve("target", "xnli", source, 1), fake_grid._target("xnli", source, 1))
    return made


def test_a_cell_is_shown(repository: Repository, capsys: Any) -> None:
    assert call("cell", "mnli", "xnli", "en", "--condition", DOUBLE) == 0
    shown = capsys.readouterr().out
    assert f"xnli/en@{DOUBLE} from mnli, seed 1: profile fake" in shown and "scored again: equal" in shown
    assert "official    accuracy 50.0;" in shown and f"condition   {DOUBLE}; of 4 answers 2 became wrong" in shown
    assert f"xstilts rebuild mnli xnli en --seed 1 --condition {DOUBLE}" in shown
    assert call("cell", "mnli", "xnli", "en", "--json") == 0
    clean = json.loads(capsys.readouterr().out)
    assert clean["main"] == 100.0 and not {"condition", "flips"} & {*clean}
    with pytest.raises(InputError, match=rf"xnli: unknown condition 'doubel-1' \(did you mean '{DOUBLE}'"):
        call("cell", "mnli", "xnli", "en", "--condition", "doubel-1")


def test_a_cell_comes_out_again(repository: Repository, capsys: Any) -> None:
    assert call("rebuild", "mnli", "xnli", "en", "--condition", DOUBLE) == 0
    shown = capsys.readouterr().out
    assert re.search(r"stages checked 4, stages equal 4", shown) and f"cell: xnli/en@{DOUBLE} from mnli" in shown
    cells = read_json(paths.cells("xnli"))
    next(cell for cell in cells["cells"] if cell.get("condition") and cell["source"] == "mnli")["main"] = 51.0
    write_json(paths.cells("xnli"), cells)
    assert call("rebuild", "mnli", "xnli", "en") == 0
    assert call("rebuild", "mnli", "xnli", "en", "--condition", DOUBLE) == 1


def test_an_audit_looks_at_every_cell(repository: Repository, capsys: Any) -> None:
    assert call("audit") == 0
    assert re.search(r"^xnli +cells +8, equal +8$", capsys.readouterr().out, re.M)
    cells = read_json(paths.cells("xnli"))
    next(cell for cell in cells["cells"] if cell.get("condition"))["flips"]["lost"] += 1
    write_json(paths.cells("xnli"), cells)
    assert call("audit") == 1
    assert f"xnli/en@{DOUBLE} from none, seed 1: results/cells/xnli.json has" in capsys.readouterr().out


def test_it_is_published_with_its_cells(repository: Repository, capsys: Any) -> None:
    edit({"sources": {"none": {"tasks": []}}})
    repository.run("dvc", "repro", "--quiet", "score")
    repository.run("git", "commit", "-qam", "one source")
    assert call("publish", "real") == 0
    cells = read_json(REAL / "cells/xnli.json")
    own = [one for one in read_json(paths.cells("xnli"))["cells"] if one["source"] == "none"]
    assert cells["cells"] == own and len(own) == 4
    statistics = read_json(REAL / "statistics.json")
    drops = {row["language"]: row["drop"] for row in statistics["conditions"]["rows"]}
    assert drops == {"mean": 25.0, "en": 50.0, "sw": 0.0}
    assert re.search(rf"\| +{DOUBLE} +\|", (REAL / "conditions.md").read_text(encoding="utf-8"))
    assert any(key == "data/conditions/xnli" for key in read_json(REAL / "about.json")["recipes"]["scores of xnli"])
    assert re.search(r"results/real cells +4, equal +4$", audited(capsys), re.M)
    before = {path: path.read_bytes() for path in REAL.rglob("*") if path.is_file()}
    assert call("publish", "real") == 0
    assert {path: path.read_bytes() for path in REAL.rglob("*") if path.is_file()} == before


def audited(capsys: Any) -> str:
    capsys.readouterr()
    call("audit")
    shown: str = capsys.readouterr().out
    return shown


def edit(change: dict[str, Any]) -> None:
    content = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
    Path("params.yaml").write_text(yaml.safe_dump({**content, **change}, sort_keys=False), encoding="utf-8")
