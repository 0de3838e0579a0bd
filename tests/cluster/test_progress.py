"""The lines of a run, and the order of a lock: tables of known answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.cluster import order
from xstilts.cluster.local import OURS, last_lines
from xstilts.cluster.progress import Progress, span

TIMES = {0.2: "0 s", 12: "12 s", 89: "89 s", 90: "2 min", 600: "10 min", 5400: "1.5 h"}


@pytest.mark.parametrize("seconds", TIMES)
def test_a_time_in_words(seconds: float) -> None:
    assert span(seconds) == TIMES[seconds]


def test_one_line_a_stage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    shown = Progress(12, jobs=2)
    shown.expect(["prepare@panx", "mixture", *(f"target@{number}" for number in range(10))])
    shown.end("prepare@panx", "unchanged")
    shown.start("mixture")
    now[0] += 10
    shown.end("mixture", "done")
    shown.start("target@0")
    now[0] += 61
    shown.tick()
    now[0] += 39
    shown.end("target@0", "done")
    assert capsys.readouterr().out.splitlines() == [
        "[ 1/12] unchanged prepare@panx  (0 s)",
        "[ 2/12] done      mixture  10 s  (10 s, about 50 s left)",
        "running: target@0 61 s",
        "[ 3/12] done      target@0  2 min  (2 min, about 8 min left)",
    ]


COMMANDS = {
    "python -m stages.target xnli mnli 1": ["xnli", "mnli", "1"],
    "python -m stages.mixture": [],
    "python -m stages.cell --all": ["--all"],
    "python -m stages.cell 'a b'": None,
    "python -m stages.cell a; true": None,
    "python -m stages.cell > file": None,
    "python -m stages.cell $HOME": None,
    "python -m stages.cell *": None,
    "python -m stages.cell ~": None,
    "python -m other.cell": None,
    "X=1 python -m stages.cell": None,
    "python3 -m stages.cell": None,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_only_plain_calls_of_stages_are_warm(command: str) -> None:
    found = OURS.fullmatch(command)
    assert (found[2].split() if found else None) == COMMANDS[command]


def test_the_end_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert last_lines(log) == []
    log.write_bytes(b"one\n\n 10%\r 50%\r100%\r\nxstilts: error: \xff\n")
    assert last_lines(log, 2) == ["100%", "xstilts: error: �"]


@given(st.permutations("abcdef"), st.integers(0, 6), st.permutations("abcdefg"))
def test_what_was_there_stays_and_the_rest_follows_the_plan(found: list[str], old: int, plan: list[str]) -> None:
    sorted_ = order.serial(found, found[:old], plan)
    assert sorted_[:old] == found[:old]
    assert sorted_[old:] == [name for name in plan if name in found[old:]]
    assert order.serial(sorted_, found[:old], plan) == sorted_


def test_the_stages_of_before_are_kept_until_a_run_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lock = Path("dvc.lock")

    def written(*names: str) -> list[str]:
        lock.write_text(json.dumps({"schema": "2.0", "stages": {name: {} for name in names}}))
        return order.first([lock])["dvc.lock"]

    assert order.first([lock])["dvc.lock"] == []
    assert written("c", "b") == []  # what an unfinished run has added
    order.forget()
    assert written("c", "b") == ["c", "b"]
    assert written("c", "b", "a") == ["c", "b"]
    assert written("b", "c", "a") == ["b", "c", "a"]  # another lock, say of another branch
    order.BEFORE.write_text("{cut")
    assert written("b", "c") == ["b", "c"]
