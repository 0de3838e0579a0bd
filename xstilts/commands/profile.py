"""`xstilts profile`: put another profile in the place of params.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xstilts.commands.project import enter
from xstilts.errors import InputError, unknown
from xstilts.params import read_params
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

    It shows what changed. Nothing is run. What was made with the old parameters stays in DVC's cache.

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
    print(f"params.yaml is now {name}: look at it with `xstilts doctor`, run it with `dvc repro`")
