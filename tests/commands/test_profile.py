"""`xstilts profile` and `xstilts pull`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands.call import call
from tests.imports import ROOT
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.params.profiles import names


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Parameters and profiles of this repository; the working folder is one below."""
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    shutil.copy(ROOT / "params.yaml", tmp_path)
    (tmp_path / "dvc.yaml").touch()
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    return tmp_path


def test_without_a_name_the_profiles_are_listed(project: Path, capsys: Any) -> None:
    before = (project / "params.yaml").read_bytes()
    assert call("profile") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == names(project / "profiles")
    assert "miniature (now in params.yaml)" in lines and (project / "params.yaml").read_bytes() == before


def test_a_profile_is_written_and_what_changed_is_said(project: Path, capsys: Any) -> None:
    assert call("profile", "full") == 0
    shown = capsys.readouterr().out
    assert read_params().profile == "full" and "profile: miniature -> full" in shown
    assert call("profile", "miniature") == 0
    assert (project / "params.yaml").read_bytes() == (ROOT / "params.yaml").read_bytes()
    capsys.readouterr()
    assert call("profile", "miniature") == 0
    assert capsys.readouterr().out == "params.yaml is miniature already\n"


def test_a_lost_params_file_comes_back(project: Path) -> None:
    (project / "params.yaml").unlink()
    assert call("profile", "miniature") == 0
    assert (project / "params.yaml").read_bytes() == (ROOT / "params.yaml").read_bytes()


def test_a_mistyped_profile_changes_nothing(project: Path) -> None:
    with pytest.raises(InputError, match=r"unknown profile 'papr' \(did you mean 'paper'\?\); there are: "):
        call("profile", "papr")
    assert (project / "params.yaml").read_bytes() == (ROOT / "params.yaml").read_bytes()


def test_pull_and_push_ask_for_no_model(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outs = ["models/target/xnli/none/1", "data/prepared/xnli", "results/predictions/xnli/none", "results/table.csv"]
    lock = {"schema": "2.0", "stages": {"a": {"cmd": "a", "outs": [{"path": path} for path in outs]}}}
    (project / "dvc.lock").write_text(yaml.safe_dump(lock), encoding="utf-8")
    asked: list[list[str]] = []

    def pulled(command: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        asked.append(command[3:])
        return subprocess.CompletedProcess(command, len(asked) - 1)

    monkeypatch.setattr(subprocess, "run", pulled)
    assert (call("pull"), call("pull")) == (0, 1), "DVC's failure is one of the command"
    assert asked[0] == ["pull", "data/prepared/xnli", "results/predictions/xnli/none"]
    assert call("push") == 1 and asked[-1] == ["push", *asked[0][1:]]


def test_what_a_profile_reads_and_is_not_there_is_said_and_its_folders_are_made(project: Path, capsys: Any) -> None:
    """Then `dvc repro` ends in a message of the stage, which names the file, and not in a number of an error."""
    call("profile", "local")
    shown = capsys.readouterr().out
    for place, key in (("multinli_1.0", "tasks.mnli.raw"), ("XNLI-1.0", "tasks.xnli.raw"), ("text", "backbone.from")):
        assert f"data/raw/{place}: empty; {key} of params.yaml reads it (docs/real-data.md)" in shown
        assert (project / "data/raw" / place).is_dir()
    (project / "data/raw/text/en.txt").write_text("a text")
    call("profile", "miniature")
    assert "reads it" not in capsys.readouterr().out.replace("data/README.md", "")
    call("profile", "local")
    assert "data/raw/text:" not in capsys.readouterr().out
    call("profile", "shared")
    assert "../shared/data/xtreme/xnli: nothing there; tasks.xnli.raw" in capsys.readouterr().out
    assert not (project.parent / "shared").exists(), "folders are made in data/raw alone"


@pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")
def test_the_readers_of_the_local_profile_name_the_file_that_they_expect(project: Path) -> None:
    from stages.prepare import prepare
    from xstilts.tasks import load

    call("profile", "local")
    params = read_params()
    for name, file in (
        ("mnli", "multinli_1.0_train.jsonl"),
        ("xnli", "multinli_1.0_train.jsonl"),
        ("tatoeba", "ara-eng"),
    ):
        with pytest.raises(InputError, match=rf"data/raw/.*{file}.*file not found"):
            prepare(load(name), params.data, params.tasks[name], project / "out")
