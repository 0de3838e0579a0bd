"""Submission: the predictions of one source in the form that XTREME accepts.

`results/submissions/<source>/<seed>/<task>/test-<language>.<ending>`, and beside each folder a json file that says
which split every file holds. `xstilts submission labels` writes the prepared gold in the same layout, `xstilts
submission score` compares two folders in that layout.

    python -m stages.submission write mnli
"""

from __future__ import annotations

import sys

from xstilts.errors import InputError, exit_cleanly
from xstilts.params import read_params
from xstilts.submissions.write import write_source


def main() -> None:
    """Write the submission of the source named on the command line."""
    if len(sys.argv) != 3 or sys.argv[1] != "write":
        raise InputError("usage: python -m stages.submission write <source>")
    print("\n".join(write_source(read_params(), sys.argv[2])))


if __name__ == "__main__":
    exit_cleanly(main)
