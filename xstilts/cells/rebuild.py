"""Making stages again from nothing: a clone of HEAD in a temporary folder, with an empty DVC cache of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import Any

from xstilts import environment
from xstilts.cells.pipeline import Locked, Pipeline, Stage, read_lock
from xstilts.errors import InputError
from xstilts.records.places import place as place_for

LAST = 15  # lines of a failed stage's output that are shown
RUNNING = re.compile(r"Running stage '(.+?)'")
FAILED = re.compile(r"failed to reproduce '(.+?)'")
# What would lead another process out of the clone, into the user's repository, settings or tracking server.
OUTSIDE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "MLFLOW_TRACKING_URI", "PYTHONPATH")


def git(root: Path, *arguments: str) -> str:
    """What a git command prints. Raises `InputError` with git's own words."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def changed_files(root: Path) -> list[str]:
    """The files of git that are not as in HEAD."""
    return [line[3:] for line in git(root, "status", "--porcelain", "--untracked-files=no").splitlines()]


def changed_sources(root: Path) -> list[str]:
    """The same without what the pipeline writes."""
    return [file for file in changed_files(root) if not file.startswith(("results/", "dvc.lock"))]


def place(root: Path) -> str:
    """The commit, and whether what lies here is still that commit."""
    changed = len(changed_files(root))
    here = f", {changed} changed file{'s' * (changed > 1)} here" if changed else ""
    return f"HEAD {git(root, 'rev-parse', '--short', 'HEAD').strip()}{here}"


def refuse_changes(root: Path) -> None:
    """Only what is committed can be cloned. Results may differ: what is compared with are those that lie here."""
    if changed := changed_sources(root):
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise InputError(
            f"what is rebuilt is HEAD, but {', '.join(changed[:3])}{more} differ from it; commit or stash them first"
        )


class Clone:
    """A clone of HEAD in which nothing has been made yet: no lock, no cache, no outputs."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder / "clone"
        git(root, "clone", "--quiet", "--no-checkout", str(root), str(self.folder))
        git(self.folder, "checkout", "--quiet", "--detach", git(root, "rev-parse", "HEAD").strip())
        (self.folder / "dvc.lock").unlink(
            missing_ok=True
        )  # so that every stage runs, those too whose outputs are in git
        own = f"[cache]\n    dir = {folder / 'cache'}\n[core]\n    site_cache_dir = {folder / 'site'}\n"
        (self.folder / ".dvc" / "config.local").write_text(own, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DVC_")}
        kept |= environment.TELEMETRY_OFF
        self.environment = {name: value for name, value in kept.items() if name not in OUTSIDE}
        self.environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"

    def lend(self, pipeline: Pipeline, root: Path, stages: Sequence[Stage]) -> None:
        """Link inputs that no stage makes and git does not hold, such as raw files; refuse missing or changed ones."""
        for path, name in pipeline.given(stages).items():
            if (self.folder / path).exists():
                continue
            state = pipeline.state(name, path)
            if state in ("deleted", "modified"):
                found = "found nothing" if state == "deleted" else "its content is not what dvc.lock has"
                raise InputError(f"{path}: {found}; {name} reads it and no stage makes it")
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).symlink_to((root / path).resolve())

    def run(self, stages: Sequence[Stage], say: Callable[[str], None] = print) -> dict[str, Locked]:
        """Run the stages (and, as all they read is missing, those before them); returns the new lock.

        The last of `stages` or, if several lead nowhere, each of these is asked for. Raises `InputError` with the name
        of a stage that failed and the end of what it printed."""
        read = {name for stage in stages for name in stage.after}
        wanted = [stage.name for stage in stages if stage.name not in read]
        command = [sys.executable, "-m", "dvc", "repro", "--no-run-cache", *wanted]
        start, count, current, last = time.monotonic(), 0, "dvc repro", deque[str](maxlen=LAST)
        with subprocess.Popen(
            command, cwd=self.folder, env=self.environment, text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                for line in process.stdout or ():
                    last.append(line)
                    if found := RUNNING.search(line):
                        count, current = count + 1, found[1]
                        last.clear()
                        say(f"[{count}/{len(stages)}] {time.monotonic() - start:6.0f} s  {current}")
                    elif found := FAILED.search(line):
                        current = found[1]
            except BaseException:
                os.killpg(process.pid, signal.SIGTERM)  # DVC and the stage that it runs
                raise
        if process.returncode:
            raise InputError(f"{current} failed in a clean clone of HEAD; it ends with\n{''.join(last).rstrip()}")
        return read_lock(self.folder / "dvc.lock")

    def cells(self, target: str, source: str) -> list[dict[str, Any]]:
        """The cells of one target and source from the clone's predictions, by the clone's own scorer."""
        command = [sys.executable, "-m", "xstilts.cells.rescore", target, source]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise InputError(f"{target} from {source}: scoring failed in a clean clone of HEAD: {done.stderr.strip()}")
        cells: list[dict[str, Any]] = json.loads(done.stdout)
        return cells


@contextmanager
def cloned(root: Path, keep: bool = False) -> Iterator[Clone]:
    """A clone that is removed at the end, with its cache, unless it is to be kept; those of killed processes go too."""
    with _kept() if keep else place_for(Path(gettempdir()) / "clone") as folder:
        yield Clone(root, folder)


@contextmanager
def _kept() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="xstilts-cell-"))
    try:
        yield folder
    finally:
        print(f"kept: {folder}")
