"""`xstilts keep`: a user's files, out of the folders that DVC empties."""

from __future__ import annotations

from pathlib import Path

from xstilts.commands.project import enter


def keep() -> None:
    """Move files of your own out of the pipeline's folders.

    DVC empties the folder of an output before its stage runs again. Files there that no stage has written are moved
    to .xstilts/kept, under the same path, and named. `make repro` does this first; before a plain `dvc repro` do it
    yourself if you have put something into data/prepared, models or results.

    \b
    Example:
      xstilts keep
    """
    root = enter()
    if not Path("dvc.lock").exists():
        return
    from xstilts.cells.strangers import strangers
    from xstilts.records import kept

    for folder, names in strangers(root).items():
        kept.keep(names, folder)
