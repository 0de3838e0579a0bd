"""`xstilts changes`: figures that are not those of the commit, and why."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.commands.call import call
from tests.fake_grid import write_params
from xstilts import arithmetic

HEAD = "target,source,seed,language,split,n,main,accuracy\n"
ROWS = ["xnli,mnli,1,sw,test,4,50.0,50.0\n", "xnli,mnli,1,en,test,4,75.0,75.0\n"]


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A commit with two cells, made on a machine like this one."""
    monkeypatch.chdir(tmp_path)
    write_params(tmp_path)
    (tmp_path / "dvc.yaml").write_text("stages: {}\n")
    (tmp_path / "results").mkdir()
    (tmp_path / "results/long.csv").write_text(HEAD + "".join(ROWS))
    machines([arithmetic.made("avx2")])
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    return tmp_path


def machines(made: list[dict[str, Any]]) -> None:
    Path("results/machines.json").write_text(json.dumps([{**one, "trainings": 1} for one in made]))


def test_equal_figures(project: Path, capsys: Any) -> None:
    assert call("changes") == 0
    assert capsys.readouterr().out.startswith("figures: all 2 cells are those of the commit ")


def test_moved_figures_of_a_machine_of_the_same_kind(project: Path, capsys: Any) -> None:
    (project / "results/long.csv").write_text(HEAD + ROWS[0].replace("50.0", "25.0") + ROWS[1])
    assert call("changes") == 0
    shown = capsys.readouterr().out
    assert "1 of 2 cells are not those" in shown and "  xnli/mnli/1/sw: 50.0 -> 25.0\n" in shown
    assert "why: nothing that can be seen" in shown and "git commit -am baseline" in shown


def test_another_machine_and_changed_code_are_named(project: Path, capsys: Any) -> None:
    other = arithmetic.made("avx2")
    other["operations"] = {**other["operations"], "softmax": "another"}
    machines([other])
    git("commit", "-qam", "made elsewhere")
    (project / "results/long.csv").write_text(HEAD + ROWS[1])
    (project / "dvc.yaml").write_text("stages:\n")
    assert call("changes") == 0
    shown = capsys.readouterr().out
    assert "  xnli/mnli/1/sw: gone\n" in shown
    assert "why: changed files: dvc.yaml\n" in shown
    assert "why: another machine: other kernels for softmax\n" in shown


def test_other_code_than_that_of_the_committed_figures_is_named(project: Path, capsys: Any) -> None:
    lock = "schema: '2.0'\nstages:\n  score:\n    cmd: python\n    deps:\n    - path: xstilts/scoring\n      md5: {}\n"
    (project / "dvc.lock").write_text(lock.format("1" * 32))
    git("add", "dvc.lock")
    git("commit", "-qm", "a lock")
    (project / "dvc.lock").write_text(lock.format("2" * 32))
    (project / "results/long.csv").write_text(HEAD + ROWS[1])
    assert call("changes") == 0
    assert "why: stages with other code or parameters than the committed figures: 1\n" in capsys.readouterr().out


def test_a_commit_without_results(project: Path, capsys: Any) -> None:
    git("rm", "-q", "--cached", "results/long.csv")
    git("commit", "-qm", "no results")
    assert call("changes") == 0
    assert "has no results to compare with" in capsys.readouterr().out
