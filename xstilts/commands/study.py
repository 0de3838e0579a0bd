"""`xstilts study`: make one of the studies of `studies/` from nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xstilts.commands.project import enter


def study(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A folder of studies/.")] = None,
    profile: Annotated[str, typer.Option("--profile", help="A profile of the study.")] = "small",
    folder: Annotated[Path | None, typer.Option("--folder", help="Where the clone is made and kept.")] = None,
    finished: Annotated[bool, typer.Option("--finished", help="Run nothing: answer from the finished rows.")] = False,
) -> None:
    """Make a study from nothing, or list them.

    The pipeline runs under the study's profile in a clone of HEAD, which lies beside the project and is kept: what was
    interrupted goes on. Tables, figure and the page with the answer come into studies/NAME/PROFILE.

    \b
    Examples:
      xstilts study              the studies that there are, and their profiles
      xstilts study gates
      xstilts study gates --profile development
    """
    root = enter()
    from xstilts.studies.make import make, names, profiles

    if name is None:
        for one in names(root):
            print(f"{one}: {', '.join(profiles(root, one))}")
        return
    print(f"made: {make(root, name, profile, folder, finished)}")
