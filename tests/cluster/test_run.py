"""`xstilts run` on projects whose stages take no time: equal to `dvc repro` in every byte, whatever happens before."""

from __future__ import annotations

import json
import os
import sys
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

import pytest
from dvc.repo import Repo

from tests.cluster.project import PIPELINE, STAGES, Project
from tests.imports import ROOT
from xstilts.cluster.bookkeeping import Command
from xstilts.cluster.local import Local
from xstilts.errors import InputError


@pytest.fixture(scope="session")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project as `dvc repro` makes it. Read only."""
    made = Project(tmp_path_factory.mktemp("serial") / "project")
    made.repro()
    return made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.mark.parametrize("jobs", [1, 4])
def test_everything_is_equal_to_that_of_serial_dvc(project: Project, serial: Project, jobs: int) -> None:
    result = project.run(jobs=jobs)
    assert result.well and result.ended == dict.fromkeys(STAGES, "done")
    assert project.state() == serial.state() and project.changed() == set()


def test_what_depends_on_a_change_runs_and_nothing_else(project: Project, serial: Project) -> None:
    project.run()
    assert project.run().ended == dict.fromkeys(STAGES, "unchanged")
    project.ran()
    project.write({"params.yaml": "letters: 1\nend: 2\n"})
    assert project.run().ended == {**dict.fromkeys(STAGES, "unchanged"), "all": "done"}
    assert project.ran() == ["all"]
    project.write({"params.yaml": "letters: 2\nend: 1\n"})
    assert set(project.run().ended.values()) == {"done"}
    project.ran()
    project.write({"params.yaml": "letters: 1\nend: 1\n"})
    assert project.run().ended == {**dict.fromkeys(STAGES, "restored"), "all": "done"}  # no run-cache without a cache
    assert project.ran() == ["all"] and project.changed() == set()
    assert project.state()["dvc.lock"] == serial.state()["dvc.lock"]


def test_targets_and_patterns(project: Project) -> None:
    assert project.run("pair@q-z").ended.keys() == {"letter@q", "letter@z", "pair@q-z"}
    assert set(project.run("pair@b-*", "letter@q").ended) == {f"letter@{one}" for one in "qbza"} | {
        "pair@b-z",
        "pair@b-a",
    }
    for target in ("pear@q-z", "pear@*"):
        with pytest.raises(InputError, match="pear"):
            project.run(target)


def test_new_stages_stand_where_dvc_adds_them(project: Project, tmp_path: Path) -> None:
    """Behind those that are there, though the plan has them before."""
    other = project.copy(tmp_path / "other")
    for bring in (project.run, other.repro):
        bring("letter@a", "letter@b")
        bring()
    assert project.state() == other.state()
    more = PIPELINE.replace("[q, b, z, a]", "[q, c, b, z, a]")
    project.write({"dvc.yaml": more})
    other.write({"dvc.yaml": more})
    project.run()
    other.repro()
    assert project.state() == other.state()


def test_a_failed_stage_stops_only_what_needs_it(
    project: Project, serial: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"fail/z": ""})
    result = project.run(jobs=2)
    assert set(result.failed) == {"letter@z"} and not result.well
    assert result.not_run == ["pair@q-z", "pair@b-z", "all"]
    assert set(result.ended) == set(STAGES) - {"letter@z", *result.not_run}
    shown = capsys.readouterr().out
    assert "FAILED    letter@z" in shown and "    z cannot be made\n" in shown and ".xstilts/logs/letter@z.log" in shown
    assert "not run, as they need what failed: pair@q-z, pair@b-z, all\n" in shown
    (project.folder / "fail/z").unlink()
    assert project.run().well
    assert project.state() == serial.state()


def test_a_stage_without_its_output_has_failed(project: Project) -> None:
    project.write({"dvc.yaml": PIPELINE.replace("> out/${item.one}${item.two}.txt", "> /dev/null")})
    result = project.run()
    assert len(result.failed) == 4 and "does not exist" in result.failed["pair@q-z"] and result.not_run == ["all"]


def test_a_stage_that_is_not_deterministic_is_named(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    random = "python -c 'import uuid; print(uuid.uuid4())' > out/b.txt"
    lines = f"\n  random:\n    cmd: mkdir -p out; {random}\n    deps: [params.yaml]\n    outs: [out/b.txt]\n"
    project.write({"dvc.yaml": PIPELINE.replace("[q, b, z, a]", "[q, z, a]") + lines})
    assert project.run().well
    for file in (project.folder / "dvc.lock", project.folder / "out/b.txt"):
        file.unlink()
    for entry in (project.folder / ".dvc/cache/files").rglob("*"):  # so that nothing can be restored
        if entry.is_file():
            entry.unlink()
    result = project.run()
    assert not result.well and not result.failed
    assert result.uncertain == ["random"]
    assert "not deterministic: random: " in capsys.readouterr().out


def test_a_file_that_dvc_add_has_taken_in(project: Project, tmp_path: Path) -> None:
    given = PIPELINE.replace("deps: [stages/work.py]", "deps: [stages/work.py, given.txt]")
    project.write({"given.txt": "given", "dvc.yaml": given})
    with chdir(project.folder), Repo(".") as repo:
        repo.add("given.txt")
    other = project.copy(tmp_path / "other")
    assert project.run().well
    other.repro()
    assert project.state() == other.state() and project.changed() == set()


def test_a_fork_is_as_a_process_that_dvc_starts(project: Project, tmp_path: Path) -> None:
    """Arguments, folder, environment, modules of the project and of Python, threads, the name of the program."""
    script = """
import json, os, sys, threading
import stages
json.dump({
    "argv": sys.argv, "folder": os.getcwd(), "environment": dict(os.environ), "path": sys.path, "name": __name__,
    "spec": __spec__.name, "main": sys.modules["__main__"].__dict__ is globals(), "threads": threading.active_count(),
    "own": sorted(name for name in sys.modules if name.partition(".")[0] in ("stages", "xstilts")),
    "input": sys.stdin.read(), "group": os.getpgid(0) == os.getpgid(os.getppid()),
}, open("seen.json", "w"))
"""
    lines = "stages:\n  see:\n    cmd: python -m stages.see one 2\n    outs: [seen.json: {cache: false}]\n"
    project.write({"stages/see.py": script, "dvc.yaml": lines})
    other = project.copy(tmp_path / "other")
    with patch.dict("os.environ", {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}):
        assert project.run().well
        with patch("sys.stdin", open(os.devnull)):
            other.repro()
    seen = [(one.folder / "seen.json").read_text().replace(str(one.folder), "PROJECT") for one in (project, other)]
    fork, process = map(json.loads, seen)
    assert fork.pop("environment").items() >= {"DVC_STAGE": "see", "DVC_ROOT": "PROJECT"}.items()
    del process["environment"]
    assert not fork.pop("group") and process.pop("group")
    assert fork == process


ENDS = {
    "pass": (0, ""),
    "import atexit; atexit.register(print, 'bye')": (0, "bye\n"),
    "import threading, time; threading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()": (0, "late\n"),
    "sys.exit()": (0, ""),
    "sys.exit(3)": (3, ""),
    "sys.exit('said')": (1, "said\n"),
    "print('whole', end='')": (0, "whole"),
    "raise ValueError('wrong')": (1, "ValueError: wrong\n"),
    "os.kill(os.getpid(), 15)": (-15, ""),
    "os.kill(os.getpid(), 2)": (130, "xstilts: interrupted\n"),
}


@pytest.mark.parametrize("program", ENDS)
def test_a_fork_ends_as_a_program_does(program: str, tmp_path: Path) -> None:
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages/__init__.py").touch()
    (tmp_path / "stages/end.py").write_text(f"import os, sys, xstilts\n{program}\n")
    local, log = Local(heavy=()), tmp_path / "log"
    with chdir(tmp_path):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        code = local(Command("end", "python -m stages.end", ["false"], str(tmp_path), environment, log))
        local.close()
    expected, said = ENDS[program]
    assert code == expected and log.read_text().endswith(said) and bool(log.read_text()) == bool(said)
