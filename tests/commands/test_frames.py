"""The Python door: tables and predictions as pandas has them, equal to the files, and nothing heavy before a call."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import xstilts
from tests.commands.test_app import started
from xstilts.errors import InputError

ROOT = Path(__file__).parents[2]
REAL = ROOT / "results/real"


def rows(file: Path) -> list[dict[str, str]]:
    """The lines of a csv file as text."""
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with predictions of two seeds, and with a working folder below its root."""
    for name in ("dvc.yaml", "params.yaml"):
        (tmp_path / name).touch()
    folder = tmp_path / "results/predictions/panx/mnli"
    folder.mkdir(parents=True)
    for seed in (2, 10, 1):
        line = {
            "language": ["en", "tr"],
            "split": ["test"] * 2,
            "id": ["007", "8"],
            "prediction": [["O"], ["O", "B-PER"]],
        }
        pq.write_table(pa.table({**line, "score": [0.5, float(seed)]}), folder / f"{seed}.parquet")
    (folder / "1.json").touch()
    (tmp_path / "results/predictions/panx/none").mkdir()
    monkeypatch.chdir(folder)
    return tmp_path


def test_the_table_is_that_of_the_file() -> None:
    found, file = xstilts.table(REAL), rows(REAL / "table.csv")
    assert found.index.name == "source" and [*found.columns] == [*file[0]][2:]
    means = {row["source"]: row for row in file if row["statistic"] == "mean"}
    assert [*found.index] == [*means]
    for source, row in means.items():
        assert {name: f"{found.loc[source, name]:.4f}" for name in found.columns} == {n: row[n] for n in found.columns}
    changes = xstilts.table(str(REAL), "delta")
    assert "none" not in changes.index
    assert changes.loc["mnli", "xnli"] == pytest.approx(found.loc["mnli", "xnli"] - found.loc["none", "xnli"], abs=1e-3)


def test_scores_are_those_of_the_file() -> None:
    found, file = xstilts.scores(REAL), rows(REAL / "long.csv")
    assert len(found) == len(file) and [*found.columns] == [*file[0]]
    assert [*map(str, found["language"])] == [row["language"] for row in file]
    assert [*found["main"]] == [float(row["main"]) for row in file]
    assert found["em"].isna().tolist() == [row["em"] == "" for row in file]


def test_a_word_that_pandas_takes_for_nothing_stays(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("target,source,language,main,em\nxnli,null,na,50.0,\n", encoding="utf-8")
    (found,) = xstilts.scores(tmp_path).to_dict("records")
    assert (found["source"], found["language"]) == ("null", "na") and found["em"] != found["em"]


@pytest.mark.usefixtures("project")
def test_predictions_of_all_seeds_in_their_order() -> None:
    here = Path.cwd()
    found = xstilts.predictions("panx", "mnli")
    assert [*found.columns] == ["seed", "language", "split", "id", "prediction", "score"]
    assert [*found["seed"]] == [1, 1, 2, 2, 10, 10] and [*found["id"]][:2] == ["007", "8"]
    assert [*found["prediction"].iloc[1]] == ["O", "B-PER"] and found["score"].iloc[5] == 10
    assert Path.cwd() == here, "nothing is changed, the working folder neither"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: xstilts.predictions("panx", "mnl"), "unknown source 'mnl' .did you mean 'mnli'"),
        (lambda: xstilts.predictions("pnx", "mnli"), "unknown target 'pnx' .did you mean 'panx'"),
        (lambda: xstilts.predictions("panx", "none"), "panx/none: found no parquet file, expected one a seed"),
        (lambda: xstilts.predictions("panx", "mnli", REAL), "predictions: folder not found"),
        (lambda: xstilts.table(), "results/table.csv: file not found"),
        (lambda: xstilts.table("reel"), "reel: folder not found"),
        (lambda: xstilts.table(REAL, "sd"), "table.csv: unknown statistic 'sd'; there are: mean, delta"),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_is_not_there_is_named(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ask()


def test_outside_of_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"found no dvc\.yaml and params\.yaml here"):
        xstilts.table()


def test_any_other_name_is_none_of_ours() -> None:
    assert not hasattr(xstilts, "tables") and {"table", "scores", "predictions"} <= {*dir(xstilts)}


def test_importing_the_door_loads_nothing_heavy() -> None:
    said = "import sys, json, xstilts; xstilts.table; print(json.dumps(sorted(sys.modules)))"
    done = started("-c", said)
    assert done.returncode == 0, done.stderr
    assert not {"pandas", "numpy", "torch", "pyarrow", "pydantic"} & {*json.loads(done.stdout)}
