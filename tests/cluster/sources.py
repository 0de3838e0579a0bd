"""A throw-away project with sources and seeds, and a cluster without Ray: a machine is a folder, a part a process.

Stages ask a folder, which all machines see and the file play.txt names, whether to wait or to fail. They write there
that they have run.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

from tests.cluster.project import Project
from tests.imports import ROOT
from xstilts.cluster.bookkeeping import Books
from xstilts.cluster.driver import Result, run
from xstilts.cluster.elsewhere import Elsewhere, Lost
from xstilts.cluster.local import Local
from xstilts.cluster.progress import Progress
from xstilts.cluster.resources import Need

WORK = """
import os, sys, time
from pathlib import Path

name, out, *inputs = sys.argv[1:]
play = Path(Path("play.txt").read_text())
Path(out).parent.mkdir(parents=True, exist_ok=True)
with (play / "ran.txt").open("a") as ran:
    gpu = os.environ.get("CUDA_VISIBLE_DEVICES", "none") or "none"
    ran.write(f"{name} {os.getpid()} {os.getcwd()} {gpu}\\n")
print("began", name, flush=True)
state = Path(".xstilts/state", name)
state.parent.mkdir(parents=True, exist_ok=True)
if state.exists():
    (play / f"resumed-{name}").touch()
while (play / "hold" / name).exists():  # until a test takes it away
    Path(out).write_text("half")
    state.touch()
    time.sleep(0.02)
if (play / "fail" / name).exists():
    sys.exit(f"{name} cannot be made")
files = [file for one in inputs for file in ([Path(one)] if Path(one).is_file() else sorted(Path(one).rglob("*.txt")))]
random = os.urandom(8).hex() if (play / "random" / name).exists() else ""
Path(out).write_text(name + " < " + " ".join(file.read_text() for file in files) + random)
"""
PIPELINE = """
stages:
  given:
    cmd: python work.py given data/given.txt given.txt
    deps: [work.py, given.txt]
    outs: [data/given.txt]
  base:
    cmd: python work.py base data/base/one.txt
    deps: [work.py]
    outs: [data/base]
  first:
    matrix: {source: [q, b], seed: [1]}
    cmd: python work.py first-${item.source}-${item.seed} models/first/${item.source}/${item.seed}.txt data/base/one.txt
    deps: [work.py, data/base/one.txt]
    params: [rate]
    outs: ["models/first/${item.source}/${item.seed}.txt"]
  second:
    matrix: {task: [z, a], source: [q, b], seed: [1]}
    cmd: >-
      python work.py second-${item.task}-${item.source}-${item.seed}
      models/second/${item.task}/${item.source}/${item.seed}.txt
      models/first/${item.source}/${item.seed}.txt data/given.txt
    deps: [work.py, "models/first/${item.source}/${item.seed}.txt", data/given.txt]
    outs: ["models/second/${item.task}/${item.source}/${item.seed}.txt"]
  judge:
    matrix: {task: [z, a], source: [q, b]}
    cmd: >-
      python work.py judge-${item.task}-${item.source}
      results/${item.task}/${item.source}/all.txt models/second/${item.task}/${item.source}
    deps: [work.py, "models/second/${item.task}/${item.source}"]
    outs: ["results/${item.task}/${item.source}"]
  score:
    foreach: [z, a]
    do:
      cmd: python work.py score-${item} score-${item}.txt results/${item}
      deps: [work.py, "results/${item}"]
      outs: ["score-${item}.txt": {cache: false}]
"""
HOME = ("given", "base", "score@z", "score@a")
FIRST = tuple(f"first@{source}-1" for source in "qb")
SECOND = tuple(f"second@{task}-{source}-1" for task in "za" for source in "qb")
JUDGE = tuple(f"judge@{task}-{source}" for task in "za" for source in "qb")
AWAY = (*FIRST, *SECOND, *JUDGE)
RUN = """
import sys
from pathlib import Path
from tests.cluster.sources import Machines, Travelling
project = object.__new__(Travelling)
project.folder = Path(sys.argv[1])
sys.exit(not project.travel(Machines(Path(sys.argv[2]))).well)
"""
NODE = """
import base64, json, sys
from xstilts.cluster import node
request = json.load(sys.stdin)
try:
    for event in node.work(request, base64.b64decode(request.pop("bundle"))):
        print(json.dumps(event), flush=True)
except node.Broken as error:
    sys.exit(str(error))
"""


class Travelling(Project):
    """The project, committed, with a folder for what tests and stages tell each other."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.write({
            "dvc.yaml": PIPELINE, "params.yaml": "rate: 1\n", "work.py": WORK, "given.txt": "given",
            "play.txt": str(self.play),
            ".gitignore": "/data/\n/models/\n/results/\n/given.txt\n/score-*.txt\n.xstilts/\n",
            ".dvc/config": "[core]\n    site_cache_dir = ../site\n    analytics = false\n",
            ".dvc/.gitignore": "/tmp\n/cache\n/config.local\n",
        })  # fmt: skip
        for command in (
            ["init", "-q"],
            ["add", "."],
            ["-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "a"],
        ):
            subprocess.run(["git", *command], cwd=folder, check=True)
        self.play.mkdir(exist_ok=True)

    @property
    def play(self) -> Path:
        """Where tests and stages meet."""
        return self.folder.parent / "play"

    def tell(self, *signs: str) -> None:
        """Make signs such as `hold/base`."""
        for sign in signs:
            (self.play / sign).parent.mkdir(exist_ok=True)
            (self.play / sign).touch()

    def travel(self, cluster: Machines, *targets: str, jobs: int = 2, remote: str | None = None) -> Result:
        """`xstilts run` on a cluster, in this process."""

        def other(books: Books, local: Local, progress: Progress) -> Elsewhere:
            return Elsewhere(books, local, progress, lambda: cluster, remote, None, cpus=1)

        with chdir(self.folder):
            return run(targets, jobs, Local(heavy=()), other=other)

    def start_travel(self, folder: Path) -> subprocess.Popen[bytes]:
        """The same in a process of its own."""
        command = [sys.executable, "-c", RUN, str(self.folder), str(folder)]
        return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})

    def lines(self) -> list[list[str]]:
        """What ran: name, process, folder, GPU."""
        file = self.play / "ran.txt"
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []

    def state(self) -> dict[str, bytes]:
        """Everything that has to be equal."""
        places = (
            "dvc.lock",
            "data",
            "models",
            "results",
            "score-z.txt",
            "score-a.txt",
            ".dvc/cache/files",
            ".dvc/cache/runs",
        )
        files = [file for place in places for file in [self.folder / place, *sorted((self.folder / place).rglob("*"))]]
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files if file.is_file()}


class Machines:
    """A cluster whose machines are folders: each part is a process with the temporary folder of one of them."""

    def __init__(self, folder: Path, count: int = 1) -> None:
        self.folders = [folder / f"machine-{number}" for number in range(count)]
        self.parts: list[tuple[str, Need]] = []
        self.running: list[subprocess.Popen[str]] = []

    def best(self, cpus: float) -> Need:
        return Need(cpus)

    def check(self, need: Need, kind: str) -> None:
        assert need.cpus <= 64, kind

    def execute(self, part: str, need: Need, request: Mapping[str, Any], bundle: bytes) -> Iterator[dict[str, Any]]:
        machine = self.folders[len(self.parts) % len(self.folders)]
        machine.mkdir(parents=True, exist_ok=True)
        self.parts.append((part, need))
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(machine)}
        with subprocess.Popen(
            [sys.executable, "-c", NODE], env=environment, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            self.running.append(process)
            assert process.stdin and process.stdout and process.stderr
            process.stdin.write(json.dumps({**request, "bundle": base64.b64encode(bundle).decode()}))
            process.stdin.close()
            for line in process.stdout:
                yield json.loads(line)
            said = process.stderr.read().strip()
        self.running.remove(process)
        if process.returncode:
            raise Lost(said or f"its process ended with {process.returncode}")

    def interrupt(self) -> None:
        for process in self.running:
            process.send_signal(2)

    def close(self) -> None:
        for process in self.running:
            process.kill()
