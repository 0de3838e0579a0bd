"""A cut `dvc.lock` is seen at every position where it does harm; one that somebody wanted so is never touched."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands.call import call
from tests.imports import ROOT
from xstilts.repair import lock
from xstilts.repair.lock import COPY, CUT, GUARD, LOCK, damage, keep
from xstilts.repair.project import repair


def stage(name: str, mark: str) -> str:
    return f"""  {name}:
    cmd: python -m stages.{name}
    deps:
    - path: data/{name}
      hash: md5
      md5: {f"{mark}a" * 16}.dir
      size: 1{mark}345
      nfiles: 12
    - path: stages/{name}.py
      hash: md5
      md5: {f"{mark}a" * 16}
      size: 3272
    params:
      params.yaml:
        optimisation:
          warmup: 0.1
          name: 'a text that is
            folded'
        threads: 1
    outs:
    - path: models/{name}
      hash: md5
      md5: {f"{mark}a" * 16}.dir
      size: 21{mark}6
      nfiles: 12
    - path: results/{name}.json
      hash: md5
      md5: {f"{mark}a" * 16}
      size: 10151
"""


BEGIN = "schema: '2.0'\nstages:\n"
GOOD = BEGIN + stage("prepare", "1") + stage("mixture", "2") + stage("target", "3")
NEXT = {
    "the same again": GOOD,
    "the first changed": GOOD.replace(stage("prepare", "1"), stage("prepare", "7")),
    "the last changed": GOOD.replace(stage("target", "3"), stage("target", "7")),
    "one more": GOOD + stage("evaluate", "4"),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit has no lock; the lock here is whole, and a copy of it was made."""
    for command in (
        ["git", "init", "-q"],
        ["git", "config", "user.email", "test@example.org"],
        ["git", "config", "user.name", "test"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True)
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    LOCK.write_text(GOOD)
    assert keep() is None and COPY.read_text() == GOOD
    return tmp_path


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def seen_by_dvc(text: str, whole: str) -> bool:
    """Whether DVC itself makes the last stage of a cut lock again: a file, a parameter or the command is another."""

    def facts(stages: dict[str, Any], name: str) -> Any:
        one = stages[name]
        files = [[(file["path"], file["md5"]) for file in one.get(kind, [])] for kind in ("deps", "outs")]
        return one["cmd"], files, one.get("params")

    found, wanted = yaml.safe_load(text)["stages"], yaml.safe_load(whole)["stages"]
    last = list(found)[-1]
    return bool(facts(found, last) != facts(wanted, last))


@pytest.mark.parametrize("before", [GOOD, ""])
@pytest.mark.parametrize("new", NEXT)
def test_every_cut_is_seen_or_does_no_harm(new: str, before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_known_to_git", lambda: False)
    whole = NEXT[new]
    assert damage(whole, before) == ""
    ends = {whole.index(f"  {name}:") for name in yaml.safe_load(whole)["stages"]} | {len(whole)}
    unseen = [place for place in range(len(whole)) if not damage(whole[:place], before)]
    for place in set(unseen) - ends:
        assert seen_by_dvc(whole[:place], whole), whole[:place][-60:]
    assert len(unseen) < len(whole) / 40
    if before == whole:
        assert set(unseen) <= ends


def test_the_lock_of_this_repository_is_whole() -> None:
    assert damage((ROOT / "dvc.lock").read_text(encoding="utf-8")) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        (GOOD[:40], "it breaks off in the stage prepare"),
        (GOOD[:-3], "it breaks off in the stage target"),
        (GOOD[:900] + "\0" * 300, "it holds what is no text"),
        ("schema: '2.0'\nstages: [\n", "it is no lock of DVC"),
    ],
)
def test_a_cut_lock_is_brought_back(text: str, reason: str, project: Path, capsys: Any) -> None:
    LOCK.write_text(text)
    assert reason in str(lock.problem()) and LOCK.read_text() == text
    assert keep() == f"dvc.lock: {reason}, the writing was cut off; the last good copy is back (the cut one is {CUT})"
    assert LOCK.read_text() == GOOD and CUT.read_text() == text
    assert lock.problem() is None and repair() == []


def test_without_a_copy_it_is_the_commits_or_a_new_one(project: Path) -> None:
    COPY.unlink()
    LOCK.write_text("")
    assert "DVC begins a new one" in str(keep()) and not LOCK.exists()
    LOCK.write_text(GOOD)
    git("add", "dvc.lock")
    git("commit", "-qm", "lock")
    LOCK.write_text(GOOD[:500])
    assert "the last good copy is back" in str(keep()) and LOCK.read_text() == GOOD


def older() -> None:
    """An older commit's lock, which is shorter."""
    shorter = BEGIN + stage("prepare", "1")
    LOCK.write_text(shorter)
    git("add", "dvc.lock")
    git("commit", "-qm", "old")
    LOCK.write_text(GOOD)
    git("commit", "-qam", "new")
    assert keep() is None
    git("checkout", "-q", "HEAD~1")
    assert LOCK.read_text() == shorter


def odd() -> None:
    """A committed lock that looks cut."""
    LOCK.write_text(GOOD[:-1])
    git("add", "dvc.lock")


def removed() -> None:
    LOCK.unlink()


def begun_again() -> None:
    LOCK.unlink()
    LOCK.write_text(BEGIN + stage("prepare", "1"))


def conflict() -> None:
    LOCK.write_text(GOOD.replace("  mixture:", "<<<<<<< HEAD\n  mixture:"))


@pytest.mark.parametrize("change", [older, odd, removed, begun_again, conflict])
def test_what_somebody_wanted_so_stays(change: Callable[[], None], project: Path) -> None:
    change()
    wanted = LOCK.read_text() if LOCK.exists() else None
    assert lock.problem() is None and keep() is None and not CUT.exists()
    assert (LOCK.read_text() if LOCK.exists() else None) == wanted


def test_nothing_is_done_while_a_dvc_writes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a file that a living process is writing is not cut."""
    monkeypatch.setattr("xstilts.repair.held.PATIENCE", 0.1)
    LOCK.write_text(GOOD[:690])
    with GUARD.open("a") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        assert keep() is None and lock.problem() is None and LOCK.read_text() == GOOD[:690]
    assert keep()


def test_doctor_says_so_and_repairs(project: Path, capsys: Any) -> None:
    for name in ("dvc.yaml", "params.yaml"):
        (project / name).write_text((ROOT / name).read_text())
    LOCK.write_text(GOOD[:690])
    Path(".dvc/tmp/rwlock").write_text('{"write": {')
    assert call("doctor") == 1
    shown = capsys.readouterr().out
    assert "problem: dvc.lock: it " in shown and "problem: .dvc/tmp/rwlock: its writing was cut off (" in shown
    call("doctor", "--repair")
    shown = capsys.readouterr()
    assert shown.err.count("repaired: ") == 2 and "rwlock" not in shown.out and LOCK.read_text() == GOOD


def test_a_stage_under_dvc_keeps_the_copy(project: Path) -> None:
    """So that what comes back is no older than the stage that was running, also under plain `dvc repro`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DVC_STAGE": "mixture"}
    run = [sys.executable, "-m", "stages.mixture", "--help"]
    LOCK.write_text(NEXT["one more"])
    subprocess.run(run, env=environment, check=True, capture_output=True)
    assert COPY.read_text() == NEXT["one more"]
    LOCK.write_text(GOOD[:690])
    shown = subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout
    assert shown.startswith("repaired: dvc.lock: ") and LOCK.read_text() == NEXT["one more"]
    shutil.rmtree(".xstilts")
    Path(".xstilts").write_text("a file, where no copy can be made")
    subprocess.run(run, env=environment, check=True, capture_output=True)
