"""A study from nothing: the pipeline under one of the study's profiles, in a clone beside the project, then its answer.

A study is a folder in `studies/`: profiles (`small.yaml`, `paper.yaml`, each based on one of `profiles/`) and
`answer.py`, which reads what the pipeline made, and writes tables, figure and page of the study into a folder with the
name of the profile. `facts.py`, where it is there, runs before it, and keeps what the answer needs of the data. Where
one answer rests on several profiles, `together.py` makes it in the folder of the study, from the folders of all
profiles that were made. The clone lies beside the project, so that `../` in a path means the same, and shares its
cache. It is kept: a study that was interrupted goes on, and a new commit runs only what it changes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from xstilts import paths
from xstilts.cells.rebuild import git, refuse_changes
from xstilts.errors import InputError, unknown
from xstilts.params.profiles import compose
from xstilts.records.files import read_text, write_text, writing
from xstilts.studies.kept import RUN

FOLDER, ANSWER, FACTS, TOGETHER = Path("studies"), "answer.py", "facts.py", "together.py"


def names(root: Path) -> list[str]:
    """The studies of a project."""
    return sorted(file.parent.name for file in (root / FOLDER).glob(f"*/{ANSWER}"))


def profiles(root: Path, name: str) -> list[str]:
    """The profiles of a study; `InputError` if there is no such study."""
    if name not in names(root):
        raise unknown("study", name, names(root), f"{FOLDER}/")
    return sorted(file.stem for file in (root / FOLDER / name).glob("*.yaml"))


def make(root: Path, name: str, profile: str, folder: Path | None = None, finished: bool = False) -> Path:
    """Make one study under one of its profiles. Returns the folder of the project in which its answer is now.

    `finished`: run no stage; the answer is made of the rows that an interrupted run has finished.

    Raises `InputError` for an unknown name, for changes that are not committed, and where a step failed."""
    if profile not in profiles(root, name):
        raise unknown("profile", profile, profiles(root, name), str(FOLDER / name))
    refuse_changes(root)
    whole = compose(str(root / FOLDER / name / f"{profile}.yaml"), root / "profiles")
    clone = folder or root.parent / f"{root.name}-{name}-{profile}"
    clone_of(root, clone)
    write_text(clone / "params.yaml", whole)
    if not finished:
        run(clone, "-m", "xstilts.repair", "dvc", "repro")
    made = Path(FOLDER, name, profile)
    for path in (clone / made).glob("*"):  # the answer of the commit, but not its rows
        if path.name != RUN:
            path.unlink() if path.is_file() else shutil.rmtree(path)
    if "read_run" in read_text(root / FOLDER / name / ANSWER):  # its answer is made from what is kept
        run(clone, "-m", "xstilts.studies.kept", str(made))
    if (root / FOLDER / name / FACTS).exists():  # what it needs of the data
        run(clone, "-m", f"{FOLDER}.{name}.{Path(FACTS).stem}", str(made))
    run(clone, "-m", f"{FOLDER}.{name}.{Path(ANSWER).stem}", str(made))
    _take(clone / made, root / made)
    if (root / FOLDER / name / TOGETHER).exists():
        run(root, "-m", f"{FOLDER}.{name}.{Path(TOGETHER).stem}")
    return made


def clone_of(root: Path, clone: Path) -> None:
    """The commit of the project, in a clone that shares its cache. What its `dvc.lock` knows of stages stays."""
    head = git(root, "rev-parse", "HEAD").strip()
    known = read_text(clone / "dvc.lock") if (clone / "dvc.lock").exists() else None
    if not clone.exists():
        git(root, "clone", "--quiet", "--no-checkout", str(root), str(clone))
    elif not (clone / ".git").exists():
        raise InputError(f"{clone}: found no clone of this project, expected one, or nothing")
    else:
        git(clone, "fetch", "--quiet", str(root), "HEAD")
    git(clone, "checkout", "--quiet", "--force", "--detach", head)
    if known is not None:
        write_text(clone / "dvc.lock", known)
    cache = Path(subprocess.run(
        [sys.executable, "-m", "dvc", "cache", "dir"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.strip())  # fmt: skip
    if (root / paths.RAW).is_dir() and not (clone / paths.RAW).exists():  # a user's own files are in no commit
        (clone / paths.RAW).parent.mkdir(parents=True, exist_ok=True)
        (clone / paths.RAW).symlink_to((root / paths.RAW).resolve())
    write_text(clone / ".dvc/config.local", f"[cache]\n    dir = {(root / cache).resolve()}\n")


def run(clone: Path, *arguments: str) -> None:
    """Run a step in a clone, whose code is the one that Python finds there."""
    done = subprocess.run([sys.executable, *arguments], cwd=clone, check=False)
    if done.returncode:
        raise InputError(f"{' '.join(arguments)}: stopped with exit code {done.returncode} in {clone}")


def _take(made: Path, to: Path) -> None:
    """Put what a study made into the project: figures and pages, no row of the data."""
    with writing(to) as folder:
        shutil.copytree(made, folder)
