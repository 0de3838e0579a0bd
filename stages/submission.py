"""Submission: the predictions of one source in the form that XTREME accepts.

`results/submissions/<source>/<seed>/<task>/test-<language>.<ending>`, and beside each folder a json file that says
which split every file holds. `xstilts submission labels` writes the prepared gold in the same layout, `xstilts
submission score` compares two folders in that layout.

    python -m stages.submission mnli
"""

from __future__ import annotations

from xstilts.errors import exit_cleanly
from xstilts.params.arguments import arguments
from xstilts.submissions.write import write_source


def main() -> None:
    """Write the submission of the source named on the command line."""
    params, (source,) = arguments(__doc__, "source")
    print("\n".join(write_source(params, source)))


if __name__ == "__main__":
    exit_cleanly(main)
