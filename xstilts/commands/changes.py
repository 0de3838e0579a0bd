"""`xstilts changes`: do the results here differ from those of the commit, and why?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

from xstilts import paths
from xstilts.arithmetic import Arithmetic
from xstilts.cells.compare import compare
from xstilts.cells.judge import MACHINES, this_machine
from xstilts.cells.pipeline import read_lock
from xstilts.cells.rebuild import changed_sources, git
from xstilts.commands.output import print_first
from xstilts.commands.project import enter
from xstilts.params import read_params
from xstilts.params.load import load_lock
from xstilts.records.files import read_text

CAUSES = ("command", "parameter", "code")
FIGURES = Path("results/long.csv")
Cells = Mapping[tuple[str, ...], dict[str, str]]


def changes() -> None:
    """Say whether figures differ from those of the commit, and why.

    `make repro` ends with it. The reasons are changed parameters or code, or another kind of machine than the one that
    made the committed results. As long as such figures are not committed, `dvc metrics diff` shows what the machine
    changes beside what you change.

    \b
    Examples:
      xstilts changes
    """
    root, params = enter(), read_params()
    head = git(root, "rev-parse", "--short", "HEAD").strip()
    if not _has(root, FIGURES.as_posix()):
        print(f"the commit {head} has no results to compare with")
        return
    before = _cells(git(root, "show", f"HEAD:{FIGURES.as_posix()}"))
    now = _cells(read_text(FIGURES))
    moved = {
        cell: _by(before.get(cell), now.get(cell)) for cell in {**before, **now} if before.get(cell) != now.get(cell)
    }
    if not moved:
        print(f"figures: all {len(now)} cells are those of the commit {head}")
        return
    print(f"figures: {len(moved)} of {len(now)} cells are not those of the commit {head}; the largest changes:")
    print_first(
        [f"{'/'.join(cell)}: {by[1]}" for cell, by in sorted(moved.items(), key=lambda one: -one[1][0])], most=3
    )
    for reason in _reasons(root, params.arithmetic):
        print(f"why: {reason}")
    print("`git commit -am baseline` makes these figures yours; compare your own changes with that commit")


def _has(root: Path, file: str) -> bool:
    """Whether the commit has this file."""
    return bool(git(root, "ls-tree", "--name-only", "HEAD", file))


def _cells(text: str) -> Cells:
    """The rows of `results/long.csv` by target, source, seed, language and, where it has one, condition."""
    return {
        (row["target"], row["source"], row["seed"], paths.under(row["language"], _condition(row))): row
        for row in csv.DictReader(io.StringIO(text))
    }


def _condition(row: Mapping[str, str]) -> str | None:
    """The condition of a row. Files without any have no such column."""
    return None if (found := row.get("condition", "clean")) == "clean" else found


def _by(before: Mapping[str, str] | None, now: Mapping[str, str] | None) -> tuple[float, str]:
    """How many points a cell has moved, and both figures."""
    if before is None or now is None:
        return float("inf"), "new" if before is None else "gone"
    return abs(float(now["main"]) - float(before["main"])), f"{before['main']} -> {now['main']}"


def _reasons(root: Path, setting: Arithmetic) -> list[str]:
    """What may have moved figures, as far as it can be seen."""
    files = changed_sources(root)
    found = [f"changed files: {', '.join(files[:5])}{' and more' * (len(files) > 5)}"] if files else []
    made = dict(load_lock(git(root, "show", "HEAD:dvc.lock"))["stages"]) if _has(root, "dvc.lock") else {}
    now = read_lock(root / "dvc.lock") if made else {}
    other = [name for name, own in compare(made, made, now).items() if any(one.kind in CAUSES for one in own)]
    found += [f"stages with other code or parameters than the committed figures: {len(other)}"] * bool(other)
    if _has(root, MACHINES.as_posix()):
        committed = json.loads(git(root, "show", f"HEAD:{MACHINES.as_posix()}"))
        found += [f"another machine: {one}" for one in this_machine(setting, committed)]
    return found or ["nothing that can be seen: no file is changed, and the machine is of the same kind"]
