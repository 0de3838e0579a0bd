"""One cell of the table: its figures, where they come from, and whether they come out again.

Nothing in the repository is changed. Without an option its files are looked at as they lie here; `--rebuild` clones
HEAD into a temporary folder and makes all that the cell needs again. The exit code is 0 if all is equal, 1 if not.

    python -m xstilts.commands.cell_script mnli xnli sw --seed 1    # figures, stages, inputs
    python -m xstilts.commands.cell_script mnli xnli sw --rebuild   # is every hash on the way that of dvc.lock?
    python -m xstilts.commands.cell_script --all                    # do predictions, cells and table agree? nothing is trained
    python -m xstilts.commands.cell_script --all --rebuild          # the whole table again
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xstilts.commands.cell import audit_all, rebuild_all, rebuild_one, show_one
from xstilts.errors import exit_cleanly


def main() -> None:
    """Do what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?")
    parser.add_argument("target", nargs="?")
    parser.add_argument("language", nargs="?")
    parser.add_argument("--seed", type=int, help="default: the first of params.yaml")
    parser.add_argument("--all", action="store_true", help="every cell instead of one")
    parser.add_argument("--rebuild", action="store_true", help="run the stages again in a clean clone of HEAD")
    parser.add_argument("--keep", action="store_true", help="leave that clone where it is")
    given = parser.parse_args()
    named = (given.source, given.target, given.language)
    if given.all and (any(named) or given.seed is not None):
        parser.error("--all is about every cell: give no source, target, language or seed")
    if not given.all and not all(named):
        parser.error("give source, target and language of a cell, or --all")
    root = Path.cwd()
    if given.all:
        equal = rebuild_all(root, given.keep) if given.rebuild else audit_all(root)
    elif given.rebuild:
        equal = rebuild_one(root, *named, given.seed, given.keep)
    else:
        equal = show_one(root, *named, given.seed)
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    exit_cleanly(main)
