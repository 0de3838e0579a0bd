"""A submission is scored with the dependencies of every install alone: no torch, no transformers, not even numpy."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.submissions.folders import known, write_folders

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REFUSE = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {refused}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Refuse())
from xstilts.commands.app import main
main()
"""


def needed(*lines: str) -> set[str]:
    """The distributions behind requirements, with all that they need in turn."""
    done: set[str] = set()
    todo = [Requirement(line) for line in lines]
    while todo:
        one = todo.pop()
        name = canonicalize_name(one.name)
        if name in done or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        done.add(name)
        todo += [Requirement(line) for line in metadata.requires(name) or ()]
    return done


def run(refused: set[str], *words: str) -> subprocess.CompletedProcess[str]:
    """`xstilts ...` in a process that has not got some packages."""
    program = REFUSE.format(refused=refused)
    return subprocess.run([sys.executable, "-c", program, *words], cwd=ROOT, capture_output=True, text=True)


def test_scoring_needs_what_every_install_has(tmp_path: Path) -> None:
    assert PROJECT["optional-dependencies"]["score"] == []
    predictions, labels = write_folders(tmp_path, "xtreme", known)
    own, brought = needed(*PROJECT["dependencies"]), metadata.packages_distributions()
    others = {top for top, names in brought.items() if not own & {*map(canonicalize_name, names)}} - {"xstilts"}
    assert {"torch", "transformers", "numpy", "pyarrow", "mlflow", "dvc"} <= others
    done = run(others, "submission", "score", str(predictions), str(labels))
    assert done.returncode == 0, done.stderr
    assert "overall " in done.stdout


def test_a_command_that_needs_more_says_so_in_one_line() -> None:
    done = run({"dvc"}, "cell", "mnli", "xnli", "tr")
    assert done.returncode == 2
    assert done.stderr.startswith("xstilts: error: the package dvc is not installed, and this command needs it")
    assert done.stderr.count("\n") == 1
