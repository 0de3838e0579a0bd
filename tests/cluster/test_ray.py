"""Ray: two nodes on this machine that have nothing in common but a DVC remote, and kills of all kinds."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cluster.sources import AWAY, HOME, Travelling
from tests.cluster.test_elsewhere import whole
from tests.cluster.test_kills import PATIENCE, until
from tests.imports import ROOT

os.environ.setdefault("RAY_AUTH_MODE", "token")  # Ray reads these when it is imported: nobody else may use its nodes
os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
pytest.importorskip("ray")
__all__ = ["whole"]  # a fixture


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """The temporary folders of two nodes, each with one CPU; RAY_ADDRESS leads there. The second says it has a GPU."""
    from ray.cluster_utils import Cluster

    folders = [tmp_path_factory.mktemp(f"node-{number}") for number in range(2)]
    common: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 100 * 2**20}
    common |= {"include_dashboard": False, "include_log_monitor": False, "no_monitor": True}
    before = psutil.Process().children(recursive=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        for left in (2, 1, 0):  # Ray gives a node 30 s to start, whatever else the machine has to do
            cluster = Cluster()
            try:
                for folder, gpus in zip(folders, (0, 1)):
                    cluster.add_node(**common, num_gpus=gpus, env_vars={"TMPDIR": str(folder)})
                break
            except Exception:
                cluster.shutdown()
                stopped(before)
                if not left:
                    raise
        patch.setenv("RAY_ADDRESS", cluster.address)
        patch.setenv("XSTILTS_RESOURCES", "{first: {gpus: 0}, second: {gpus: 0}, judge: {gpus: 0}}")
        yield folders
        cluster.shutdown()
        stopped(before)


def stopped(before: list[psutil.Process]) -> None:
    """What Ray leaves of a node, above all of one that could not start."""
    for one in set(psutil.Process().children(recursive=True)) - set(before):
        with suppress(psutil.NoSuchProcess):
            one.kill()


@pytest.fixture
def project(tmp_path: Path) -> Travelling:
    made = Travelling(tmp_path / "project")
    made.write({".dvc/config.local": f"['remote \"meet\"']\n    url = {tmp_path / 'remote'}\n"})
    return made


def begun(project: Travelling, *names: str) -> dict[str, int]:
    """The numbers of the processes of stages, as soon as all run."""
    until(lambda: set(names) <= {line[0] for line in project.lines()})
    return {line[0]: int(line[1]) for line in project.lines() if line[0] in names}


def held(project: Travelling, *arguments: str) -> tuple[subprocess.Popen[str], dict[str, int]]:
    """A run that stands in the first stages of both parts."""
    names = ("first-q-1", "first-b-1")
    project.tell(*(f"hold/{name}" for name in names))
    running = project.start("--engine", "ray", *arguments)
    return running, begun(project, *names)


def released(project: Travelling) -> None:
    for file in (project.play / "hold").iterdir():
        file.unlink()


def output(running: subprocess.Popen[str]) -> str:
    return running.communicate(timeout=PATIENCE)[0]


def gone(*pids: int) -> None:
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids))


def again(project: Travelling, whole: Travelling, *arguments: str) -> None:
    """The next run ends as one that nobody disturbed, and goes on from what was saved."""
    released(project)
    running = project.start("--engine", "ray", *arguments)
    shown = output(running)
    assert running.returncode == 0, shown
    assert project.state() == whole.state() and project.changed() == set()


def test_two_nodes_that_have_nothing_in_common_but_a_remote(
    nodes: list[Path], project: Travelling, whole: Travelling
) -> None:
    running = project.start("--engine", "ray", "--remote", "meet")
    shown = output(running)
    assert running.returncode == 0, shown
    assert f"{len(HOME) + len(AWAY)} stages: {len(HOME) + len(AWAY)} done, 0 restored, 0 unchanged" in shown
    assert project.state() == whole.state() and project.changed() == set()
    folders = {Path(line[2]) for line in project.lines()} - {project.folder}
    assert all(any(folder.is_relative_to(node) for folder in folders) for node in nodes), "both have worked"
    assert all(len(list(node.glob("xstilts-*/*/cache/files"))) == 1 for node in nodes), "each in its own cache"


@pytest.mark.slow
def test_on_this_machine_alone(project: Travelling, whole: Travelling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    running = project.start("--engine", "ray")
    shown = output(running)
    assert running.returncode == 0, shown
    assert project.state() == whole.state()


@pytest.mark.slow
@pytest.mark.parametrize("way", [("--remote", "meet"), ()], ids=["remote", "cache"])
def test_a_worker_is_killed_in_a_stage(
    nodes: list[Path], project: Travelling, whole: Travelling, way: tuple[str, ...]
) -> None:
    running, pids = held(project, *way)
    stage = psutil.Process(pids["first-q-1"])
    worker = next(one for one in stage.parents() if "ray::" in " ".join(one.cmdline()))
    programs = worker.children(recursive=True)
    worker.kill()
    gone(*(one.pid for one in programs), stage.pid)
    released(project)
    shown = output(running)
    assert running.returncode == 0 and "part q-1: WorkerCrashedError" in shown, shown
    assert project.state() == whole.state()


@pytest.mark.slow
def test_a_stage_that_always_fails(nodes: list[Path], project: Travelling, whole: Travelling) -> None:
    project.tell("fail/first-q-1")
    running = project.start("--engine", "ray", "--remote", "meet")
    shown = output(running)
    assert running.returncode == 1 and "FAILED    first@q-1" in shown and "    first-q-1 cannot be made\n" in shown
    assert (
        "not run, as they need what failed: second@z-q-1, second@a-q-1, judge@z-q, judge@a-q, score@z, score@a" in shown
    )
    assert sum(line[0] == "first-q-1" for line in project.lines()) == 1
    (project.play / "fail/first-q-1").unlink()
    (project.play / "hold").mkdir()
    again(project, whole, "--remote", "meet")


@pytest.mark.slow
def test_the_driver_is_killed(nodes: list[Path], project: Travelling, whole: Travelling) -> None:
    shared = ("--folder", str(project.folder.parent / "shared"))  # so that either node can go on
    running, pids = held(project, *shared)
    running.kill()
    running.wait()
    gone(*pids.values())
    again(project, whole, *shared)
    assert (project.play / "resumed-first-q-1").exists()


@pytest.mark.slow
def test_ctrl_c(nodes: list[Path], project: Travelling, whole: Travelling) -> None:
    running, pids = held(project)
    running.send_signal(signal.SIGINT)
    shown = output(running)
    gone(*pids.values())
    assert running.returncode == 130, shown
    assert shown.endswith("xstilts: interrupted; 2 of 14 stages are done; `xstilts run` goes on\n"), shown
    assert "Traceback" not in shown
    again(project, whole)


@pytest.mark.slow
def test_parts_of_a_gpu(
    nodes: list[Path], project: Travelling, whole: Travelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster with a GPU: each part asks for one, unless less is said."""
    monkeypatch.setenv("XSTILTS_RESOURCES", "{first: {gpus: 0.5}, second: {gpus: 0}, judge: {gpus: 2}}")
    running = project.start("--engine", "ray")
    shown = output(running)
    assert running.returncode == 2
    assert "xstilts: error: judge: no node of Ray has 1 CPUs, 2 GPUs; found: 1 CPUs, 0 GPUs" in shown, shown
    monkeypatch.setenv("XSTILTS_RESOURCES", "{first: {gpus: 0.5}, second: {gpus: 0}}")
    running = project.start("--engine", "ray")
    shown = output(running)
    assert running.returncode == 0, shown
    seen = {line[0]: line[3] for line in project.lines()}
    assert {seen["first-q-1"], seen["first-b-1"], seen["judge-z-q"]} == {"0"} and seen["second-z-q-1"] == "none"
    assert project.state() == whole.state(), "no result depends on it"


def test_no_cluster_there(project: Travelling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "nonsense")
    running = project.start("--engine", "ray")
    shown = output(running)
    assert running.returncode == 2 and shown.startswith("xstilts: error: RAY_ADDRESS=nonsense: no cluster of Ray"), (
        shown
    )
    assert shown.count("\n") == 1


def test_nothing_is_reported() -> None:
    """Ray's statistics of use are off in everything that starts Ray here."""
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
