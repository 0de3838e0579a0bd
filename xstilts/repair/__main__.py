"""`python -m xstilts.repair`: make good what a kill has left.

With `dvc` and its arguments behind it, DVC follows in the same process: `make repro` runs it so. A Ctrl-C shows no
traceback then, also while DVC is being imported."""

import sys

from xstilts.errors import exit_cleanly
from xstilts.interrupt import INTERRUPTED
from xstilts.repair.project import repair

DVC_INTERRUPTED = 252


def main() -> None:
    """Say what was repaired, if anything; then DVC, if it is asked for."""
    for line in repair():
        print(f"repaired: {line}", flush=True)
    if sys.argv[1:2] == ["dvc"]:
        del sys.argv[0]
        from dvc.cli import main as dvc

        code = dvc()
        sys.exit(INTERRUPTED if code == DVC_INTERRUPTED else code)


if __name__ == "__main__":
    exit_cleanly(main)
