"""`xstilts compare`: what moved between experiments, as far from the first, and the parameters that differ."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.call import call
from xstilts.commands import compare
from xstilts.commands.compare import Run, figures, flat, parameters, side_by_side
from xstilts.errors import InputError

TABLE = """source,statistic,xnli,panx,average
none,mean,46.4000,72.2000,59.3000
mnli,mean,45.2500,74.7600,60.0000
mnli,delta,-1.1500,2.5600,0.7000
"""
FIRST = Run("main", figures(TABLE), {"seeds": [1], "targets.panx.lr": 0.0005, "epochs": 2})
LOWER = {**FIRST.figures, ("mnli", "panx"): 73.04, ("mnli", "average"): 59.14}
SECOND = Run("lr-2", LOWER, {"seeds": [1], "targets.panx.lr": 0.001, "epochs": 2, "new": 0})


def test_figures_are_the_means() -> None:
    assert figures(TABLE) == {
        ("none", "xnli"): 46.4, ("none", "panx"): 72.2, ("none", "average"): 59.3,
        ("mnli", "xnli"): 45.25, ("mnli", "panx"): 74.76, ("mnli", "average"): 60.0,
    }  # fmt: skip
    assert figures("") == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": {"b": 1, "c": [2, {"d": 3}]}, "e": None}, {"a.b": 1, "a.c": [2, {"d": 3}], "e": None}),
        ({"a": {}}, {"a": {}}),
    ],
)
def test_flat(value: Any, expected: Any) -> None:
    assert flat(value) == expected


def test_what_moved_and_nothing_else() -> None:
    shown = side_by_side([FIRST, SECOND], ["none", "mnli"], False)
    assert list(shown.head) == ["source", "run", "panx", "average"]
    assert shown.rows == [("mnli", "main", "74.8", "60.0"), ("mnli", "lr-2", "73.0 -1.8", "59.1 -0.9")]
    assert parameters([FIRST, SECOND]).rows == [("targets.panx.lr", "0.0005", "0.001"), ("new", None, "0")]


def test_all_of_it() -> None:
    shown = side_by_side([FIRST, SECOND], ["none", "mnli"], True)
    assert [row[:2] for row in shown.rows] == [("none", "main"), ("none", "lr-2"), ("mnli", "main"), ("mnli", "lr-2")]
    assert shown.rows[1] == ("none", "lr-2", "46.4", "72.2", "59.3"), "what is equal has no change behind it"


def test_a_run_without_a_source_has_dashes() -> None:
    other = Run("less", {key: value for key, value in FIRST.figures.items() if key[0] == "none"})
    shown = side_by_side([FIRST, other], ["none", "mnli"], False)
    assert shown.texts() == [["mnli", "main", "45.2", "74.8", "60.0"], ["mnli", "less", "-", "-", "-"]]


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A DVC project of one stage, whose table follows the parameter `lr`."""
    monkeypatch.chdir(tmp_path)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "a")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@b.c")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    (tmp_path / "stage.py").write_text(
        "import os, yaml\nlr = yaml.safe_load(open('params.yaml'))['lr']\nos.makedirs('results', exist_ok=True)\n"
        "open('results/table.csv', 'w').write(f'source,statistic,panx\\nnone,mean,70.0\\nmnli,mean,{70 + lr}\\n')\n"
    )
    (tmp_path / "params.yaml").write_text("lr: 1\nother: 2\n")
    (tmp_path / "dvc.yaml").write_text(
        f"stages:\n  one:\n    cmd: {sys.executable} stage.py\n    params: [lr]\n    deps: [stage.py]\n"
        "    outs: [results/table.csv: {cache: false}]\n"
    )
    git("init", "-q", "-b", "main")
    subprocess.run(["dvc", "init", "-q"], check=True)
    subprocess.run(["dvc", "repro", "-q"], check=True)
    git("add", ".")
    git("commit", "-qm", "first")
    return tmp_path


def test_experiments_of_dvc(project: Path, capsys: Any) -> None:
    assert call("compare") == 0
    assert "there is one run alone, main" in capsys.readouterr().err
    subprocess.run(["dvc", "exp", "run", "-q", "-n", "lr-3", "-S", "lr=3"], check=True, capture_output=True)
    git("checkout", "-q", "--", ".")
    assert call("compare") == 0
    assert capsys.readouterr().out.splitlines() == [
        "source  run   panx", "mnli    main  71.0", "mnli    lr-3  73.0 +2.0",
        "parameter  main  lr-3", "lr         1     3",
    ]  # fmt: skip
    assert call("compare", "mnli", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["parameters"] == [{"parameter": "lr", "main": "1", "lr-3": "3"}]
    (project / "params.yaml").write_text("lr: 1\nother: 5\n")
    assert call("compare", "none") == 0
    shown = capsys.readouterr()
    assert "all figures are the same" in shown.err and shown.out.splitlines()[-1].split() == ["other", "2", "2", "5"]
    with pytest.raises(InputError, match=r"unknown source 'mnl' .did you mean 'mnli'"):
        call("compare", "mnl")


def test_without_a_table(project: Path) -> None:
    git("rm", "-q", "--cached", "results/table.csv")
    (project / "results/table.csv").unlink()
    git("commit", "-qm", "none")
    with pytest.raises(InputError, match="found no table in the workspace or a commit"):
        call("compare")


def test_a_run_that_is_not_over_is_named(monkeypatch: Any, capsys: Any) -> None:
    rows = [
        {"Experiment": None, "rev": "main", "State": None},
        {"Experiment": "lr-1", "rev": "1234567", "State": "Queued"},
        {"Experiment": "lr-2", "rev": "2345678", "State": "Success"},
    ]
    monkeypatch.setattr("dvc.api.exp_show", lambda num: rows)
    assert compare._experiments(1) == [("main", "main"), ("lr-2", "2345678")]
    assert capsys.readouterr().err == "# lr-1: queued\n"
