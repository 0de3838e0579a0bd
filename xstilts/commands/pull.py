"""`xstilts pull` and `push`: from and to the DVC remote all that scores and tables are made of, and no model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typer

from xstilts.cells.pipeline import read_lock
from xstilts.commands.project import enter
from xstilts.errors import PULLED


def pull() -> None:
    """Fetch what tables are made of from the DVC remote.

    These are predictions, learning curves and gold, but no models (`dvc pull` takes all). With them `dvc repro
    --allow-missing` scores, analyses and reports again without a training.

    \b
    Example:
      xstilts pull
    """
    _dvc("pull")


def push() -> None:
    """Bring what tables are made of to the DVC remote.

    These are predictions, learning curves and gold, but no models (`dvc push` takes all).

    \b
    Example:
      xstilts push
    """
    _dvc("push")


def _dvc(verb: str) -> None:
    enter()
    outs = [one["path"] for stage in read_lock(Path("dvc.lock")).values() for one in stage["outs"]]
    wanted = [path for path in outs if path.startswith(PULLED)]
    if subprocess.run([sys.executable, "-m", "dvc", verb, *wanted], check=False).returncode:
        raise typer.Exit(1)
