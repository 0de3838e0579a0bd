"""`xstilts clean`: what other parameters have made and nobody asks for now, and models that nobody needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xstilts.commands.project import enter


def clean(
    remove: Annotated[bool, typer.Option("--remove", help="Remove them; without it they are only listed.")] = False,
    models: Annotated[bool, typer.Option("--models", help="Models all of whose predictions are there.")] = False,
) -> None:
    """List results that params.yaml asks for no more, or remove them.

    These are scores, curves, predictions, submissions, models and saved states of sources, targets and seeds that have
    left params.yaml. No table has them. States of trainings that are finished are listed, too. What no stage has
    written stays where it is. DVC keeps copies in its cache, but not of states: `dvc checkout` brings back what
    dvc.lock has.

    `--models` asks for models instead whose predictions are all made, from the folder and from DVC's cache, if no other
    project shares that. Then `dvc repro --allow-missing` has nothing to do, while `dvc repro` trains again.

    \b
    Examples:
      xstilts clean
      xstilts clean --remove
      xstilts clean --models --remove
    """
    root = enter()
    if models:
        _models(root, remove)
        return
    from xstilts.params import read_params
    from xstilts.records.files import discard
    from xstilts.report.figures.complete import left_over, states_left

    params = read_params()
    found = [*left_over(params), *states_left(params)]
    for path in found:
        if remove:
            discard(path)
        print(path)
    word = "removed" if remove else "to remove (--remove)"
    print(f"{len(found)} files and folders {word}" if found else "nothing is left over")


def _models(root: Path, remove: bool) -> None:
    from xstilts.cells.pipeline import Pipeline
    from xstilts.cells.spent import drop, spent

    pipeline = Pipeline(root)
    found = spent(pipeline)
    print("".join(f"{path}\n" for path in found), end="")
    if not found:
        print("no model is spent: each is still needed for predictions")
    elif remove:
        freed = drop(pipeline, root, found)
        print(
            f"{len(found)} models removed, {freed / 1e9:.1f} GB of DVC's cache; go on with `dvc repro --allow-missing`"
        )
    else:
        print(f"{len(found)} models to remove (--remove)")
