"""Whole runs of a small project that are killed again and again (SIGKILL, all processes at once) until they are done.

`make repro` is started, killed, and started again as it was, without anything done by hand. At the end every output and
the content of `dvc.lock` must be that of a run that nobody killed. Some kills come at any time; some are aimed: inside
a stage script before one of the things it does to files, inside DVC after a part of what it writes to `dvc.lock` or its
rwlock. Most rounds begin where the trainings of targets do, or the scores, which are quick. It prints a table.

    nice -n 15 python -m benchmarks.kills FOLDER --kills 200 [--seed 1] [--minutes 60]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import yaml

from xstilts.params.profiles import compose

ROOT = Path(__file__).parent.parent
STAGES = {"target": 100, "evaluate": 40, "score": 12, "statistics": 48, "aggregate": 330}  # what they do to files
WORLD = {
    "seed": 1, "items": 10, "tatoeba": 10, "bucc": 10, "bucc_gold": 4, "mnli": 20, "pawsx": 20, "hellaswag": 20,
    "squad": 20, "tydiqa": 20, "udpos": 20, "panx": 60, "mono": 80, "mixed": 20, "parallel": 30, "squad_v2": 20,
    "ccg": 20, "snli": 20, "anli": 20, "qqp": 20, "cosmosqa": 20, "csqa": 20, "marked": 20,
}  # fmt: skip
RECIPE = {"epochs": 2, "lr": 3.0e-4, "batch": 8, "max_length": 64, "evaluations": 2}
MIDDLE, LATE = (
    ("mixture", "intermediate*"),
    ("evaluate-tagging*", "evaluate-intermediate*"),
)  # in the order of `dvc repro`
TRACKED = ("data", "models", "results")
# Python runs this in every process of the project. It kills the whole group at the moment that the environment names.
AIM = '''
import builtins, os, signal, sys
where, _, moment = os.environ.get("KILL_AT", "").partition(" ")
moment = int(moment or 0)
def kill():
    with builtins_open(os.environ["KILL_NOTE"], "w") as note:
        note.write(where)
    os.killpg(0, signal.SIGKILL)
builtins_open = builtins.open
if where.startswith("stages.") and where in sys.orig_argv:
    seen = 0
    def hook(event, arguments):
        global seen
        write = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if write or event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "fcntl.flock"):
            seen += 1
            if seen == moment:
                kill()
    sys.addaudithook(hook)
    if not moment:  # count only
        import atexit
        atexit.register(lambda: print(f"moments of {where}: {seen}", flush=True))
elif where and "dvc" in sys.orig_argv:
    seen = 0
    def opened(file, mode="r", *arguments, **named):
        global seen
        stream = builtins_open(file, mode, *arguments, **named)
        if "w" in mode and str(file).endswith(where):
            seen += 1
            if seen == moment // 1000 + 1:
                share = moment % 1000
                def part(text, whole=stream.write, size=[0]):
                    size[0] += whole(text)
                    stream.flush()
                    if size[0] >= share * 30:
                        kill()
                if share == 0:
                    kill()
                stream.write = part
        return stream
    builtins.open = opened
'''  # fmt: skip


def small() -> dict[str, Any]:
    """The miniature profile with one source beside `none`'s, one target, and a world of a few lines."""
    params: dict[str, Any] = yaml.safe_load(compose("miniature", ROOT / "profiles"))
    params["miniature"] = {"world": WORLD}
    params["tasks"] = {"panx": {**params["tasks"]["panx"], "evaluate": {"test": ["en", "de"]}}}
    params["backbone"]["vocabulary"] = 300
    params["backbone"]["architecture"] |= {"layers": 1, "hidden": 32, "heads": 2, "intermediate": 64}
    params["backbone"]["pretraining"] |= {"steps": 12, "tokens_per_batch": 256}
    params["sources"] = {"none": {"tasks": []}}
    targets: dict[str, Any] = {group: {} for group in params["targets"]}
    return {**params, "targets": {**targets, "tagging": {"panx": RECIPE}}, "squad": {}}


class Project:
    """A throw-away project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.note = folder.parent / f"{folder.name}.killed"
        self.output = ""

    def make(self) -> None:
        """A clone with the code that lies here, the small parameters, and no results."""
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(self.folder)], check=True)
        for part in ("stages", "xstilts"):
            shutil.copytree(
                ROOT / part, self.folder / part, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
            )
        for file in ("dvc.yaml", "Makefile", ".dvcignore"):
            shutil.copy(ROOT / file, self.folder)
        subprocess.run(["git", "rm", "-rqf", "--ignore-unmatch", "results", "dvc.lock"], cwd=self.folder, check=True)
        (self.folder / "params.yaml").write_text(yaml.safe_dump(small(), sort_keys=False), encoding="utf-8")
        (self.folder / ".venv").symlink_to(sys.prefix)
        (self.folder.parent / "sitecustomize.py").write_text(AIM, encoding="utf-8")

    def copied(self, folder: Path) -> Project:
        """The same once more, elsewhere."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)

    def start(self, aim: str = "", target: str = "repro") -> subprocess.Popen[bytes]:
        """Start `make repro` in a group of processes of its own."""
        self.note.unlink(missing_ok=True)
        environment = {
            **os.environ, "XSTILTS_CHECKPOINT_STEPS": "3", "KILL_AT": aim, "KILL_NOTE": str(self.note),
            "PYTHONPATH": str(self.folder.parent), "OMP_NUM_THREADS": "1", "MLFLOW_TRACKING_URI": "",
        }  # fmt: skip
        log = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        return subprocess.Popen(
            ["make", "-o", ".venv/installed", target, "JOBS=1"], cwd=self.folder, env=environment, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def said(self) -> str:
        """The end of what the last run has printed."""
        return (self.folder.parent / f"{self.folder.name}.log").read_text(errors="replace")[-1500:]

    def repairs(self) -> int:
        """How often a start has found something to repair."""
        return (
            (self.folder.parent / f"{self.folder.name}.log").read_text(errors="replace").count("\nrepaired: dvc.lock")
        )

    def result(self) -> dict[str, str]:
        """Path -> hash of every output; of dvc.lock the content, as its stages stand in the order in which they ran."""
        files = [file for part in TRACKED for file in (self.folder / part).rglob("*") if file.is_file()]
        found = {
            str(file.relative_to(self.folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files)
        }
        lock = yaml.safe_load((self.folder / "dvc.lock").read_text(encoding="utf-8"))
        return {**found, "dvc.lock": hashlib.sha256(json.dumps(lock, sort_keys=True).encode()).hexdigest()}


def running(group: int) -> str:
    """What a group of processes is doing: a stage's script, or DVC itself."""
    found = "make, DVC"
    for process in psutil.process_iter(["cmdline"]):
        try:
            if os.getpgid(process.pid) == group:
                for word in process.info["cmdline"] or ():
                    if word.startswith("stages."):
                        return str(word).removeprefix("stages.")
        except (OSError, psutil.Error):
            continue
    return found


def killed(project: Project, aim: str, seconds: float | None) -> tuple[str, int | None]:
    """Start, kill, and give where it was killed; the exit code if it ended by itself."""
    process = project.start(aim)
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        where = running(process.pid)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return where, None
    if project.note.exists():
        return project.note.read_text().removeprefix("stages."), None
    return "", code


def plan(chance: random.Random, first: Project) -> Iterator[tuple[str, float | None]]:
    """The kills of a round: (aim, None), or ("", seconds) for one at any time. Stages come in their order, so that each
    aim is met."""
    if first.folder.name == "new":
        for _ in range(chance.randint(4, 10)):
            yield "", chance.uniform(1, 15)
        return
    for stage, moments in list(STAGES.items())[2 * (first.folder.name == "late") :]:
        for _ in range(chance.randint(1, 2) if stage in ("target", "evaluate") else chance.randint(3, 6)):
            yield f"stages.{stage} {chance.randint(1, moments)}", None
            if chance.random() < 0.4:
                yield "", chance.uniform(1, 6)
        if stage != "aggregate":  # after which DVC writes once more only
            yield f"dvc.lock {chance.choice([0, 1, chance.randint(2, 999)])}", None
            yield f"rwlock {1000 * chance.randint(0, 3) + chance.choice([0, 1, 3])}", None


def main() -> None:
    """Run, kill, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9)
    given = parser.parse_args()
    end, chance = time.monotonic() + 60 * given.minutes, random.Random(given.seed)
    given.folder.mkdir(parents=True, exist_ok=True)
    new, middle, late, whole = (Project(given.folder.resolve() / name) for name in ("new", "middle", "late", "whole"))
    if not whole.folder.exists():
        new.make()
        for before, after, targets in ((new, middle, MIDDLE), (middle, late, LATE)):
            before.copied(after.folder)
            command = ["dvc", "repro", "--glob", *targets]
            subprocess.run(command, cwd=after.folder, env={**os.environ, "PYTHONPATH": ""}, check=True)
        new.copied(whole.folder)
        if whole.start().wait():
            sys.exit(whole.said())
    expected = whole.result()
    kills, equal, helped = Counter[str](), Counter[str](), Counter[str]()
    number = 0
    while kills.total() < given.kills and time.monotonic() < end:
        number += 1
        first = chance.choices((new, middle, late), (1, 2, 4))[0]
        project = first.copied(given.folder.resolve() / f"round-{given.seed}-{number}")
        places: list[str] = []
        for aim, seconds in (*plan(chance, first), ("", None)):
            where, code = killed(project, aim, seconds)
            if code is not None:
                break
            places.append(where)
        found = project.result()
        different = sorted(one for one in {*expected, *found} if expected.get(one) != found.get(one))
        for place in places:
            kills[place] += 1
            equal[place] += not different and code == 0
            helped[place] += code != 0
        print(
            json.dumps(
                {
                    "round": number,
                    "killed in": places,
                    "code": code,
                    "different": different[:5],
                    "repaired": project.repairs(),
                }
            ),
            flush=True,
        )
        if code or different:
            print(project.said(), f"kept: {project.folder}", sep="\n", flush=True)
        else:
            shutil.rmtree(project.folder)
    print("\n| where | kills | equal | needed help |\n| --- | ---: | ---: | ---: |")
    for place in sorted(kills):
        print(f"| {place} | {kills[place]} | {equal[place]} | {helped[place]} |")
    print(f"| all | {kills.total()} | {equal.total()} | {helped.total()} |")


if __name__ == "__main__":
    main()
