"""`xstilts profile`: put another profile in the place of params.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from xstilts import paths
from xstilts.commands.project import enter
from xstilts.errors import InputError, unknown
from xstilts.params import Params, read_params
from xstilts.params.data import NOTHING
from xstilts.params.profiles import changes, compose, names
from xstilts.records.files import read_text, write_text

PARAMS, FOLDER = Path("params.yaml"), Path("profiles")


def complete(incomplete: str) -> list[str]:
    """The profiles whose name begins so."""
    try:
        enter()
        return [name for name in names(FOLDER) if name.startswith(incomplete)]
    except InputError:
        return []


def profile(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A file of profiles/.", autocompletion=complete)
    ] = None,
) -> None:
    """Write params.yaml from a profile, or list them.

    It shows what changed, and which files of your own the profile reads that are not there. Folders for them in
    data/raw are made, empty. Nothing is run. What was made with the old parameters stays in DVC's cache.

    \b
    Examples:
      xstilts profile            the profiles that there are
      xstilts profile full       `git checkout params.yaml` undoes it
    """
    enter()
    there = names(FOLDER)
    if name is None:
        now = read_params().profile if PARAMS.is_file() else None
        print("\n".join(f"{one}{' (now in params.yaml)' if one == now else ''}" for one in there))
        return
    if name not in there:
        raise unknown("profile", name, there, "profiles/")
    old, new = read_text(PARAMS) if PARAMS.is_file() else "", compose(name, FOLDER)
    if old == new:
        print(f"params.yaml is {name} already")
        return
    write_text(PARAMS, new)
    for line in changes(old, new) if old else ():
        print(line)
    for line in lacking(read_params()):
        print(line)
    print(f"params.yaml is now {name}: look at it with `xstilts doctor`, run it with `dvc repro`")


def lacking(params: Params) -> Iterator[str]:
    """A line for each place of files of a user's own that is empty or not there; folders in data/raw are made.

    DVC tells of a folder that is not there by a number of an error; of an empty one the stage tells what it expects."""
    for place, key in owned(params).items():
        folder = Path(place)
        if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
            continue
        if folder.is_relative_to(paths.RAW) and not folder.exists():
            folder.mkdir(parents=True)
        state = "empty" if folder.is_dir() else "nothing there"
        yield f"{place}: {state}; {key} of params.yaml reads it (docs/real-data.md)"


def owned(params: Params) -> dict[str, str]:
    """Places that no stage fills -> the first key that names them."""
    named = {
        f"tasks.{name}.{key}": getattr(task, key) for name, task in params.tasks.items() for key in ("raw", "labels")
    }
    files = params.condition_files.model_dump().items()
    named |= {f"condition_files.{key}": place for key, place in files if place != NOTHING}
    named |= {"corpus.from": params.corpus.source, "backbone.from": params.backbone.source}
    named |= {f"translators.{name}.from": one.source for name, one in params.translators.items()}
    found = {place: key for key, place in reversed(named.items())}
    made = ("data/miniature", "data/prepared", "data/conditions", "data/mixtures", "models", str(paths.DOWNLOADS))
    return {p: key for p, key in reversed(found.items()) if not any(Path(p).is_relative_to(one) for one in made)}
