"""Kills at every place, Ctrl-C, and two at once: nothing is left running, and the next run ends with equal bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import psutil
import pytest
from dvc.exceptions import DvcException

from tests.cluster.project import PIPELINE, STAGES, Project
from tests.cluster.test_run import project, serial
from xstilts.errors import InputError
from xstilts.repair.project import repair

__all__ = ["project", "serial"]  # fixtures
PATIENCE = 300  # seconds, on a machine that has other things to do


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def pids(project: Project) -> dict[str, int]:
    """The stages that have begun, with the numbers of their processes."""
    file = project.folder / "ran.txt"
    lines = file.read_text().splitlines() if file.exists() else []
    return {name: int(pid) for name, pid in map(str.split, lines) if pid != "0"}


def held(project: Project, *names: str) -> subprocess.Popen[str]:
    """A run that has come to stages that do not end."""
    project.write({f"hold/{name}": "" for name in names})
    running = project.start("--jobs", str(len(names)))
    until(lambda: set(names) <= pids(project).keys() or running.poll() is not None)
    assert running.poll() is None, running.stdout and running.stdout.read()
    return running


def released(project: Project) -> None:
    for file in (project.folder / "hold").iterdir():
        file.unlink()


def gone(project: Project) -> None:
    """No stage's process lives."""
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids(project).values()))


def again(project: Project, serial: Project) -> None:
    """The next run ends as one that nobody disturbed."""
    released(project)
    with chdir(project.folder):
        repair()
    assert project.run().well
    assert project.state() == serial.state() and project.changed() == set()


def output(process: subprocess.Popen[str]) -> str:
    return process.communicate(timeout=PATIENCE)[0]


def test_the_driver_is_killed(project: Project, serial: Project) -> None:
    running = held(project, "z", "a")
    running.kill()
    running.wait()
    gone(project)
    assert (project.folder / "out/z.txt").read_text() == "half"
    again(project, serial)


def test_ctrl_c(project: Project, serial: Project) -> None:
    project.write({"hold/z": ""})
    running = project.start("--jobs", "2")
    until(lambda: (project.folder / "out/ba.txt").exists() and (project.folder / "out/qa.txt").exists())
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    shown = output(running)
    assert running.returncode == 130
    assert shown.endswith("xstilts: interrupted; 5 of 9 stages are done; `xstilts run` goes on\n"), shown
    assert "Traceback" not in shown
    gone(project)
    project.ran()
    again(project, serial)
    assert set(project.ran()) == {"z", "qz", "bz", "all"}, "what is done stays"


def test_two_at_once(project: Project, serial: Project) -> None:
    running = held(project, "z")
    second = project.start()
    shown = output(second)
    assert second.returncode == 2 and shown.startswith("xstilts: error: another process is at work here: (PID ")
    assert shown.count("\n") == 1
    with pytest.raises(DvcException) as error:
        project.repro()
    assert "is busy, it is being blocked by" in str(error.value.__cause__)
    released(project)
    output(running)
    assert running.returncode == 0 and project.state() == serial.state()


def test_beside_dvc_repro(project: Project, serial: Project) -> None:
    project.write({"hold/z": ""})
    command = [sys.executable, "-m", "dvc", "repro", "-q"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    running = subprocess.Popen(command, cwd=project.folder, env={**os.environ, "PATH": path})
    until(lambda: "z" in pids(project))
    with pytest.raises(InputError, match=r"another process is at work here: \(PID \d+\): .*dvc.* repro -q; wait"):
        project.run()
    released(project)
    assert running.wait() == 0 and project.state() == serial.state()


def test_a_stage_is_killed(project: Project, serial: Project) -> None:
    running = held(project, "z", "a")
    os.kill(pids(project)["z"], signal.SIGKILL)
    released(project)
    shown = output(running)
    assert running.returncode == 1 and "FAILED    letter@z" in shown and "exited with -9" in shown
    assert "not run, as they need what failed: pair@q-z, pair@b-z, all" in shown
    again(project, serial)


@pytest.mark.slow
def test_the_warm_process_is_killed(project: Project, serial: Project) -> None:
    """What it ran has failed; the others run in a new one."""
    running = held(project, "z", "a")
    (server,) = psutil.Process(running.pid).children()
    server.kill()
    shown = output(running)
    gone(project)
    assert running.returncode == 1 and shown.count("FAILED") == 2
    assert set(pids(project)) == set("qbza"), "all that needs neither"
    again(project, serial)


@pytest.mark.slow
def test_the_driver_and_the_warm_process_are_killed_at_once(project: Project, serial: Project) -> None:
    running = held(project, "z", "a")
    (server,) = psutil.Process(running.pid).children()
    os.kill(running.pid, signal.SIGSTOP)
    server.kill()
    running.kill()
    running.wait()
    gone(project)
    again(project, serial)


@pytest.mark.slow
def test_what_a_shell_has_started_dies_with_the_driver(project: Project, serial: Project) -> None:
    command = "python -m stages.work ${item} params.yaml"
    project.write({"dvc.yaml": PIPELINE.replace(command, f"({command}); true")})
    running = held(project, "z", "a")
    running.kill()
    running.wait()
    gone(project)
    project.write({"dvc.yaml": PIPELINE})
    released(project)
    assert project.run().well
    assert project.state()["dvc.lock"] == serial.state()["dvc.lock"]


KILL = """
import os, signal
import dvc.{module} as module
calls, original = [], module.{name}
def killed(*args, **kwargs):
    calls.append(1)
    if len(calls) == {count}:
        {first}
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args, **kwargs)
module.{name} = killed
"""
CUT_LOCK = "text = open('dvc.lock').read(); open('dvc.lock', 'w').write(text[:len(text) * 2 // 3])"
CUT_RWLOCK = "open('.dvc/tmp/rwlock', 'w').write('{\"wri')"
NOTHING = "pass"


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 4, 8])
@pytest.mark.parametrize(
    ("module", "name", "first"),
    [
        ("stage", "Stage.save_outs", NOTHING),
        ("stage", "Stage.commit", NOTHING),
        ("stage.cache", "StageCache.save", NOTHING),
        ("dvcfile", "Lockfile.dump_stages", NOTHING),
        ("dvcfile", "Lockfile.dump_stages", "if os.path.exists('dvc.lock'): " + CUT_LOCK),
        ("rwlock", "_acquire_write", CUT_RWLOCK),
        ("stage", "Stage.remove_outs", NOTHING),
    ],
)
def test_a_kill_in_the_books(project: Project, serial: Project, module: str, name: str, first: str, count: int) -> None:
    running = project.start(before=KILL.format(module=module, name=name, first=first, count=count))
    shown = output(running)
    assert running.returncode == -signal.SIGKILL, shown
    gone(project)
    (project.folder / "hold").mkdir()
    again(project, serial)


@pytest.mark.slow
def test_a_kill_between_the_end_and_the_order_of_the_lock(project: Project, serial: Project) -> None:
    patch = "import os; from xstilts.cluster.bookkeeping import Books as B; "
    kill = patch + "B.finish = lambda *_, **__: os.kill(os.getpid(), 9)"
    running = project.start("--jobs", "4", before=kill)
    output(running)
    (project.folder / "hold").mkdir()
    with chdir(project.folder):
        repair()
    assert project.run().ended == dict.fromkeys(STAGES, "unchanged")
    assert project.state() == serial.state()
