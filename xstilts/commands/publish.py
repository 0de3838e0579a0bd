"""`xstilts publish`: scores and tables of the present run, into a folder that stays in git."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from xstilts.commands.project import enter
from xstilts.errors import InputError

TAKEN = {"cells", "curves", "errors", "languages", "plots", "predictions", "submissions"}  # folders of the pipeline


def publish(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The folder below results/, such as real.")],
    replace: Annotated[bool, typer.Option("--replace", help="Rows of this run replace published ones.")] = False,
    minutes: Annotated[int | None, typer.Option("--minutes", help="How long the run took.")] = None,
    memory_gb: Annotated[float | None, typer.Option("--memory-gb", help="The most memory that it took.")] = None,
    disk_gb: Annotated[float | None, typer.Option("--disk-gb", help="The disk that it took.")] = None,
) -> None:
    """Keep scores and tables of this run in git.

    Every finished row (source and seed) goes into results/NAME: its scores, what its intervals are made from, and its
    learning curves; no row of the data. Tables, statistics, findings and report there are made from all published rows.
    Rows that are there stay, so that another run or machine can add rows and seeds. A row with another recipe or other
    data is refused. The stages of DVC leave this folder alone.

    \b
    Examples:
      xstilts publish real
      xstilts publish real --minutes 110 --memory-gb 3.2 --disk-gb 4.1
    """
    root = enter()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) or name in TAKEN:
        raise InputError(f"xstilts publish: found the name {name!r}, expected a new one such as real (a-z, 0-9, -)")
    from xstilts.publication.publish import publish as put

    given = {"minutes": minutes, "memory_gb": memory_gb, "disk_gb": disk_gb}
    known = {key: value for key, value in given.items() if value is not None}
    print("\n".join(put(root, Path("results") / name, known, replace)))
