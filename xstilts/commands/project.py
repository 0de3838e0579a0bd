"""Where the project is: commands work in any folder of it."""

from __future__ import annotations

import os
from pathlib import Path

from xstilts.errors import InputError


def find(here: Path) -> Path:
    """The root of the project that a folder lies in.

    It is the nearest folder upwards with a `dvc.yaml` and a `params.yaml` (or `profiles/`, from which `xstilts profile`
    makes one). Raises `InputError` outside of a project."""
    for folder in (here, *here.parents):
        if (folder / "dvc.yaml").is_file() and ((folder / "params.yaml").is_file() or (folder / "profiles").is_dir()):
            return folder
    raise InputError(f"{here}: found no dvc.yaml and params.yaml here or in a folder above; go into the project first")


def enter() -> Path:
    """Make the root of the project the working folder, as all paths are relative to it, and return it.

    Raises `InputError` outside of a project."""
    root = find(Path.cwd())
    os.chdir(root)
    return root
