"""DVC's rwlock after a kill: what no process holds any more keeps nobody waiting; what a living DVC holds stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from xstilts.repair import rwlock
from xstilts.repair.rwlock import FILE, free


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def dvc(project: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of that name that works in the project."""
    (project / "dvc").write_text("import time; time.sleep(100)")
    process = subprocess.Popen([sys.executable, "dvc", "repro"])
    while psutil.Process(process.pid).cmdline()[-1:] != ["repro"]:  # at its very start it has none
        time.sleep(0.01)
    yield process
    process.kill()
    process.wait()


def entry(number: int) -> dict[str, Any]:
    return {"pid": number, "cmd": "dvc repro"}


def dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    "text", ["", '{"write": {"/a": {"pid": 12', '{"write": [1]}', "[]", "null", '{"read": {"a": 1}}']
)
def test_a_cut_one_is_removed(text: str, project: Path) -> None:
    FILE.write_text(text)
    assert "cut off" in str(rwlock.problem()) and FILE.exists()
    assert free() == f"{FILE}: its writing was cut off; it is removed" and not FILE.exists()
    assert rwlock.problem() is None and free() is None


@pytest.mark.parametrize("number", [dead, os.getpid], ids=["dead", "another program has its number"])
def test_entries_of_the_dead_go_and_those_of_the_living_stay(
    number: Any, project: Path, dvc: subprocess.Popen[bytes]
) -> None:
    gone, here = entry(number()), entry(dvc.pid)
    FILE.write_text(json.dumps({"write": {"/a": gone, "/b": here}, "read": {"/c": [gone, here], "/d": [gone]}}))
    assert rwlock.problem() and free() == f"{FILE}: the entries of processes that have ended are removed"
    assert json.loads(FILE.read_text()) == {"write": {"/b": here}, "read": {"/c": [here]}}
    assert rwlock.problem() is None and free() is None


def test_a_process_that_nobody_has_fetched_is_dead(project: Path, dvc: subprocess.Popen[bytes]) -> None:
    """In a container without an init a killed DVC stays a zombie."""
    FILE.write_text(json.dumps({"write": {"/a": entry(dvc.pid)}}))
    assert free() is None
    dvc.kill()
    while psutil.Process(dvc.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert free() and json.loads(FILE.read_text()) == {"write": {}, "read": {}}


def test_dvc_reads_what_is_left(project: Path) -> None:
    from dvc.fs import localfs
    from dvc.rwlock import rwlock as locked

    FILE.write_text(json.dumps({"write": {str(project / "a"): entry(os.getpid())}}))
    assert free()
    order, paths = " ".join(sys.argv), [str(project / "a")]
    with locked(str(project / ".dvc/tmp"), localfs, order, paths, [str(project / "b")], False):
        assert free() is None, "this process holds it"
