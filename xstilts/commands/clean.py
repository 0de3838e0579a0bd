"""`xstilts clean`: what other parameters have made and nobody asks for now."""

from __future__ import annotations

from typing import Annotated

import typer

from xstilts.commands.project import enter


def clean(
    remove: Annotated[bool, typer.Option("--remove", help="Remove them; without it they are only listed.")] = False,
) -> None:
    """List results that params.yaml asks for no more, or remove them.

    These are scores, curves, predictions, submissions and models of sources, targets and seeds that have left
    params.yaml. No table has them. What no stage has written stays where it is. DVC keeps copies in its cache:
    `dvc checkout` brings back what dvc.lock has.

    \b
    Examples:
      xstilts clean
      xstilts clean --remove
    """
    enter()
    from xstilts.params import read_params
    from xstilts.records.files import discard
    from xstilts.report.figures.complete import left_over

    found = left_over(read_params())
    for path in found:
        if remove:
            discard(path)
        print(path)
    word = "removed" if remove else "to remove (--remove)"
    print(f"{len(found)} files and folders {word}" if found else "nothing is left over")
