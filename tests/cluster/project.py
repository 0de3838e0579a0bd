"""Throw-away projects of DVC with stages that take no time, and the same made by `dvc repro`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import Self

from tests.imports import ROOT
from xstilts.cluster.driver import Result, run
from xstilts.cluster.local import Local

WORK = """
import os, sys, time
from pathlib import Path

def main():
    name, *inputs = sys.argv[1:]
    out = Path("out") / f"{name}.txt"
    out.parent.mkdir(exist_ok=True)
    Path("ran.txt").open("a").write(f"{name} {os.getpid()}\\n")
    print("began", name, flush=True)
    if (hold := Path("hold", name)).exists():  # until a test takes it away
        out.write_text("half")
        while hold.exists():
            time.sleep(0.02)
    if Path("fail", name).exists():
        sys.exit(f"{name} cannot be made")
    out.write_text(name + "".join(Path(one).read_text() for one in inputs))

if __name__ == "__main__":
    main()
"""
# `letter` in an order that is not that of the alphabet, so that an order by name is no chance.
PIPELINE = """
stages:
  letter:
    foreach: [q, b, z, a]
    do:
      cmd: python -m stages.work ${item} params.yaml
      deps: [stages/work.py]
      params: [letters]
      outs: ["out/${item}.txt"]
  pair:
    matrix: {one: [q, b], two: [z, a]}
    cmd: >-
      cat out/${item.one}.txt out/${item.two}.txt > out/${item.one}${item.two}.txt;
      echo ${item.one}${item.two} 0 >> ran.txt
    deps: ["out/${item.one}.txt", "out/${item.two}.txt"]
    outs: ["out/${item.one}${item.two}.txt"]
  all:
    cmd: cat out/??.txt > all.txt; echo all 0 >> ran.txt
    deps: [out/qz.txt, out/qa.txt, out/bz.txt, out/ba.txt]
    params: [end]
    outs: [all.txt: {cache: false}]
"""
STAGES = (
    *(f"letter@{one}" for one in "qbza"), *(f"pair@{one}-{two}" for one in "qb" for two in "za"), "all",
)  # fmt: skip
# `xstilts` without heavy libraries; a test may say before what is to happen.
PROGRAM = """
import sys
sys.argv[0] = "xstilts"
from xstilts.cluster import local
local.Local.__init__.__defaults__ = ((),)
{before}
from xstilts.commands.app import main
main()
"""


class Project:
    """A project in a folder, with its own cache."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write({
            "dvc.yaml": PIPELINE, "params.yaml": "letters: 1\nend: 1\n", "stages/__init__.py": "",
            "stages/work.py": WORK, ".gitignore": "/out/\n/ran.txt\n/hold/\n/fail/\n.xstilts/\n",
            ".dvc/config": "[core]\n    site_cache_dir = ../site\n    analytics = false\n",
            ".dvc/.gitignore": "/tmp\n/cache\n",
        })  # fmt: skip
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)

    def write(self, files: Mapping[str, str]) -> None:
        """Write files by path."""
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text, encoding="utf-8")

    def copy(self, folder: Path) -> Self:
        """The same project elsewhere."""
        shutil.copytree(self.folder, folder, symlinks=True)
        made = object.__new__(type(self))
        made.folder = folder
        return made

    def run(self, *targets: str, jobs: int = 3) -> Result:
        """`xstilts run`, in this process."""
        with chdir(self.folder):
            return run(targets, jobs, Local(heavy=()))

    def repro(self, *targets: str) -> None:
        """`dvc repro`, in this process."""
        from dvc.repo import Repo

        with chdir(self.folder), Repo(".") as repo:
            repo.reproduce(targets or None)

    def start(self, *arguments: str, before: str = "") -> subprocess.Popen[str]:
        """`xstilts run` in a process of its own."""
        command = [sys.executable, "-c", PROGRAM.format(before=before), "run", *arguments]
        return subprocess.Popen(
            command, cwd=self.folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def changed(self) -> set[str]:
        """The stages that `dvc status` marks."""
        from dvc.repo import Repo

        with chdir(self.folder), Repo(".") as repo:
            return set(repo.status())

    def ran(self) -> list[str]:
        """The stages whose commands have run, in the order of their starts; the list begins anew."""
        file = self.folder / "ran.txt"
        found = [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []
        file.unlink(missing_ok=True)
        return found

    def state(self) -> dict[str, bytes]:
        """Everything that has to be equal: the lock, the outputs, the cache and the run-cache."""
        places = ("dvc.lock", "all.txt", "out", ".dvc/cache", ".gitignore")
        files = [file for place in places for file in [self.folder / place, *sorted((self.folder / place).rglob("*"))]]
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files if file.is_file()}
