"""Does more intermediate data make an encoder more robust to noise in the test set? (seed question 001)

Sources differ in the size of their data alone (`max_examples`). Test sets are scored clean and under conditions.
Written are `answer.md`, the table, and two figures for each target.

    xstilts study robustness                     # the generated world
    xstilts study robustness --profile e5        # real rows and a released encoder, on one machine
    xstilts study robustness --profile paper     # XLM-R Large and full sets, with a GPU
"""

from __future__ import annotations

import sys
from pathlib import Path

from xstilts.studies.kept import read_run
from xstilts.studies.noised import read_noised
from xstilts.studies.robustness.figures import write_figures
from xstilts.studies.robustness.measure import measure
from xstilts.studies.robustness.page import write_page


def main() -> None:
    """Write everything into the folder that is given."""
    folder = Path(sys.argv[1])
    run = read_run(folder)
    targets = [read_noised(run, target) for target in run.params.conditions]
    measured = measure(run.params, targets)
    write_page(folder, run, measured)
    for one in targets:
        write_figures(folder, one, measured)


if __name__ == "__main__":
    main()
