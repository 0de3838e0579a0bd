"""What does a stage cost beside its work, and how much do two workers save? `xstilts run` against `dvc repro`.

Both make the same throw-away pipeline from nothing: rows of three stages, each below the one before, as a source, a
target and its evaluation are. A stage's work is nothing at all, or a second of one core. Printed are wall seconds, the
overhead a stage, its ratio to that of `dvc repro`, and the speed-up of two workers. Run it on a machine that does
nothing else.

    python benchmarks/grid.py [--stages 100 250 600] [--work 24] [--skip-dvc]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORK = """
import sys, time

def main():
    out, seconds, *inputs = sys.argv[1:]
    end = time.process_time() + float(seconds)
    while time.process_time() < end:
        pass
    text = "".join(open(one).read() for one in inputs)
    with open(out, "w") as file:
        file.write(f"{out}\\n{text}")

if __name__ == "__main__":
    main()
"""
KINDS = ("intermediate", "target", "evaluate")
RUN = [sys.executable, "-m", "xstilts", "run", "--jobs"]
REPRO = [sys.executable, "-m", "dvc", "repro", "--quiet"]


def main() -> None:
    """Print a table of overheads, and one line about two workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stages", type=int, nargs="+", default=[100, 250, 600])
    parser.add_argument("--work", type=int, default=24, help="stages of a second each, for two workers")
    parser.add_argument("--skip-dvc", action="store_true", help="`xstilts run` alone")
    asked = parser.parse_args()
    print(f"{'stages':>7} {'way':14} {'wall s':>7} {'s a stage':>10} {'ratio':>6} {'no-op s':>8}")
    for number in asked.stages:
        ways = {} if asked.skip_dvc else {"dvc repro": REPRO}
        ways |= {"run --jobs 1": [*RUN, "1"]}
        first = 0.0
        for way, command in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                made = project(Path(folder), number, 0.0)
                wall, again = seconds(command, made), seconds(command, made)
            first = first or wall
            print(f"{number:7} {way:14} {wall:7.1f} {wall / number:10.2f} {first / wall:6.2f} {again:8.1f}", flush=True)
    walls = []
    for jobs in ("1", "2"):
        with tempfile.TemporaryDirectory() as folder:
            walls.append(seconds([*RUN, jobs], project(Path(folder), asked.work, 1.0)))
    print(
        f"{asked.work} stages of a second: one worker {walls[0]:.1f} s, two {walls[1]:.1f} s: {walls[0] / walls[1]:.2f}"
    )


def project(folder: Path, number: int, work: float) -> Path:
    """A repository with `number` stages in rows of three."""
    lines = ["stages:"]
    for place in range(number):
        row, kind = divmod(place, len(KINDS))
        out, above = f"out/{row}-{KINDS[kind]}.txt", [f"out/{row}-{KINDS[kind - 1]}.txt"] if kind else []
        lines += [
            f"  {KINDS[kind]}-{row}:", f"    cmd: python -m stages.work {' '.join([out, str(work), *above])}",
            f"    deps: [{', '.join(['stages/work.py', *above])}]", f"    outs: [{out}]",
        ]  # fmt: skip
    files = {
        "dvc.yaml": "\n".join(lines) + "\n", "params.yaml": "threads: 1\n", "stages/__init__.py": "",
        "stages/work.py": WORK, ".gitignore": "/out/\n", ".dvc/config": "[core]\n    analytics = false\n",
        ".dvc/.gitignore": "/tmp\n/cache\n",
    }  # fmt: skip
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "out").mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


def seconds(command: list[str], folder: Path) -> float:
    """Wall time of a command. Raises `CalledProcessError` if it fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    begin = time.monotonic()
    subprocess.run(
        command, cwd=folder, check=True, env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - begin


if __name__ == "__main__":
    if shutil.which("git") is None:
        sys.exit("benchmarks/grid.py: git is needed")
    main()
