"""Parts on other machines, without Ray: equal to `dvc repro` in every byte, whatever happens to the machines."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.cluster.sources import AWAY, FIRST, HOME, PIPELINE, Machines, Travelling
from tests.cluster.test_kills import until
from xstilts.cluster.elsewhere import TRIES
from xstilts.cluster.resources import Need
from xstilts.errors import InputError


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Travelling:
    """The project as `dvc repro` makes it. Read only."""
    made = Travelling(tmp_path_factory.mktemp("whole") / "project")
    made.repro()
    return made


@pytest.fixture
def project(tmp_path: Path) -> Travelling:
    return Travelling(tmp_path / "project")


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    made = Machines(tmp_path / "machines")
    yield made
    made.close()


def folders(project: Travelling) -> dict[str, str]:
    """Stage -> where it ran last."""
    return {name: folder for name, _, folder, _ in project.lines()}


def test_everything_is_equal_to_that_of_serial_dvc(project: Travelling, whole: Travelling, tmp_path: Path) -> None:
    result = project.travel(Machines(tmp_path / "machines", 2))
    assert result.well and result.ended == dict.fromkeys((*HOME, *AWAY), "done")
    assert project.state() == whole.state() and project.changed() == set()
    ran = folders(project)
    assert len(project.lines()) == len(ran) == len(HOME) + len(AWAY), "each ran once"
    assert {name for name, folder in ran.items() if folder == str(project.folder)} == {
        "given",
        "base",
        "score-z",
        "score-a",
    }
    assert list((tmp_path / "machines").rglob("work.py")) == [], "clones go when all is well"
    log = (project.folder / ".xstilts/logs/part-q-1.log").read_text().splitlines()
    assert [line.split("  ", 1)[1] for line in log[1:]] == [
        f"{state:<9} {stage}"
        for stage in ("first@q-1", "second@z-q-1", "second@a-q-1")
        for state in ("started", "done")
    ]
    assert (project.folder / ".xstilts/logs/judge@z-q.log").read_text() == "began judge-z-q\n"
    nobody = Machines(tmp_path / "none")
    assert set(project.travel(nobody).ended.values()) == {"unchanged"} and nobody.parts == []


@pytest.mark.slow
def test_a_failed_stage_stops_only_what_needs_it(
    project: Travelling, whole: Travelling, machines: Machines, capsys: pytest.CaptureFixture[str]
) -> None:
    project.tell("fail/second-z-q-1")
    result = project.travel(machines)
    assert result.failed.keys() == {"second@z-q-1"} and set(result.not_run) == {"judge@z-q", "score@z"}
    assert set(result.ended) == {*HOME, *AWAY} - {"second@z-q-1", "judge@z-q", "score@z"}
    shown = capsys.readouterr().out
    assert "FAILED    second@z-q-1" in shown and "    second-z-q-1 cannot be made\n" in shown
    assert len(machines.parts) == 4, "a stage that fails is not tried again"
    (project.play / "fail/second-z-q-1").unlink()
    assert project.travel(machines).well
    assert project.state() == whole.state()


@pytest.mark.slow
def test_what_stands_above_a_part_fails(project: Travelling, machines: Machines) -> None:
    """The stages of the part that do not need it are made all the same."""
    project.tell("fail/given")
    result = project.travel(machines)
    assert result.failed.keys() == {"given"} and {*FIRST, "base"} == result.ended.keys()
    assert sorted(name for name, _ in machines.parts) == ["b-1", "q-1"]


@pytest.mark.slow
def test_a_machine_dies_in_a_stage(project: Travelling, whole: Travelling, machines: Machines) -> None:
    """The part goes on from what is saved; nobody of before is left."""
    project.tell("hold/first-q-1")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(threads_may_travel, project, machines)
        until(lambda: any(line[0] == "first-q-1" for line in project.lines()) or running.done())
        (pid,) = (int(line[1]) for line in project.lines() if line[0] == "first-q-1")
        next(one for one in machines.running if psutil.Process(one.pid) in psutil.Process(pid).parents()).kill()
        until(lambda: not psutil.pid_exists(pid))
        (project.play / "hold/first-q-1").unlink()
        assert running.result() == 0
    assert (project.play / "resumed-first-q-1").exists()
    assert project.state() == whole.state()


def threads_may_travel(project: Travelling, machines: Machines) -> int:
    """A run in a thread of this process; its exit code."""
    return int(not project.travel(machines).well)


@pytest.mark.slow
def test_a_machine_that_always_dies_is_given_up(
    project: Travelling, machines: Machines, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.cluster.sources.NODE", "import os; os.kill(os.getpid(), 9)")
    result = project.travel(machines, "first@q-1")
    assert result.failed == {"first@q-1": "its process ended with -9 (part q-1)"}
    assert len(machines.parts) == TRIES
    assert capsys.readouterr().out.count("part q-1: its process ended with -9; again") == TRIES - 1


@pytest.mark.slow
def test_a_stage_that_is_not_deterministic_is_named(project: Travelling, machines: Machines) -> None:
    project.tell("random/first-q-1")
    assert project.travel(machines, *FIRST).well
    (project.folder / "dvc.lock").unlink()
    for entry in (project.folder / ".dvc/cache/files").rglob("*"):  # so that nothing can be restored
        if entry.is_file():
            entry.unlink()
    result = project.travel(machines, *FIRST)
    assert not result.well and not result.failed and result.uncertain == ["first@q-1"]


@pytest.mark.slow
def test_two_clones_with_one_cache_run_at_once(project: Travelling, whole: Travelling, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = project.copy(tmp_path / "other" / "project")
    for one in (project, other):
        one.write({".dvc/config.local": f"[cache]\n    dir = {tmp_path / 'cache'}\n"})
    running = [one.start_travel(tmp_path / "machines") for one in (project, other)]
    assert [one.wait() for one in running] == [0, 0]
    for one in (project, other):
        made = {path: text for path, text in whole.state().items() if not path.startswith(".dvc")}
        assert one.state() == made and one.changed() == set()
    runs = [len(list(key.iterdir())) for key in (tmp_path / "cache/runs").glob("*/*")]
    assert runs and set(runs) == {1}, "one result of each"


@pytest.mark.slow
def test_machines_that_share_nothing_but_a_remote(project: Travelling, whole: Travelling, tmp_path: Path) -> None:
    project.write({".dvc/config.local": "['remote \"meet\"']\n    url = ../../remote\n"})  # from here, not from there
    machines = Machines(tmp_path / "machines", 2)
    result = project.travel(machines, remote="meet")
    assert result.well and result.ended == dict.fromkeys((*HOME, *AWAY), "done")
    assert project.state() == whole.state() and project.changed() == set()
    caches = [list(folder.glob("xstilts-*/*/cache/files")) for folder in machines.folders]
    assert all(caches), "each has its own"


def test_only_what_is_committed_goes_away(project: Travelling, tmp_path: Path) -> None:
    nobody = Machines(tmp_path / "none")
    project.write({"note.txt": "nobody reads it"})
    project.write({"params.yaml": "rate: 2\n"})
    with pytest.raises(InputError, match=r"^other machines work on HEAD, but params\.yaml differ from it; commit"):
        project.travel(nobody)
    project.write(
        {
            "params.yaml": "rate: 1\n",
            "dvc.yaml": PIPELINE.replace("deps: [work.py, data/base", "deps: [work.py, code, data/base"),
        }
    )
    project.write({"code/one.py": "1"})
    commit(project)
    project.write({"code/two.py": "2"})
    with pytest.raises(InputError, match=r"but code/two\.py differ"):
        project.travel(nobody)
    with pytest.raises(InputError, match=r"^--remote: unknown remote 'meet'"):
        (project.folder / "code/two.py").unlink()
        project.travel(nobody, remote="meet")
    assert nobody.parts == [] and project.lines() == []


def commit(project: Travelling) -> None:
    for command in (["add", "."], ["-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "b"]):
        subprocess.run(["git", *command], cwd=project.folder, check=True)


@pytest.mark.slow
def test_what_is_said_of_a_kind_is_asked_of_the_machines(
    project: Travelling, whole: Travelling, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XSTILTS_RESOURCES", "{base: {cpus: 4}, first: {gpus: 1}, judge: {gpus: 0.25, memory: 2 GB}}")
    assert project.travel(machines).well
    assert dict(machines.parts) == {
        "base": Need(4), "q-1": Need(1, 1), "b-1": Need(1, 1), "q-1.2": Need(1), "b-1.2": Need(1),
        "q": Need(1, 0.25, 2 * 10**9), "b": Need(1, 0.25, 2 * 10**9),
    }  # fmt: skip
    assert project.state() == whole.state(), "no result depends on it"


def test_a_second_run_in_the_same_folder_is_refused(project: Travelling, machines: Machines) -> None:
    project.tell("hold/base")
    running = project.start_travel(machines.folders[0])
    try:
        until(lambda: bool(project.lines()) or running.poll() is not None)
        with pytest.raises(InputError, match="another process is at work here"):
            project.travel(machines)
    finally:
        running.send_signal(signal.SIGINT)
        running.wait()
