"""Does multilingual or English intermediate training make a translation model better, or more robust?

All arms have one decoder with the same first weights, and learn the same parallel text; only the encoder differs.
Written are `answer.md`, the table, and two figures for each target with conditions.

    xstilts study translation                      # real rows and a small released encoder, on two cores
    xstilts study translation --profile frozen     # the same with encoders that stay as they are: a probe
    xstilts study translation --profile paper      # XLM-R Base and full sets, with a GPU
"""

from __future__ import annotations

import sys
from pathlib import Path

from xstilts.studies.kept import read_run
from xstilts.studies.translation.figures import write_figures
from xstilts.studies.translation.measure import measure, read_scores
from xstilts.studies.translation.page import write_page


def main() -> None:
    """Write everything into the folder that is given."""
    folder = Path(sys.argv[1])
    run = read_run(folder)
    targets = list(run.params.targets.translation)
    measured = measure(run.params, [read_scores(run, one) for one in targets], run.documents)
    write_page(folder, run, measured)
    for one in targets:
        write_figures(folder, one, measured.points)


if __name__ == "__main__":
    main()
