"""The exams without a trained head, by pseudo-log-likelihood: for sources that have kept a language-model head.

It needs the models and the questions of the run, so it is done before the answer, and kept in the folder `run`.

    python -m studies.mmlu.facts studies/mmlu/small     # `xstilts study mmlu` does it before the answer
"""

from __future__ import annotations

import sys
from pathlib import Path

from xstilts.errors import exit_cleanly
from xstilts.params import read_params
from xstilts.records.files import write_json
from xstilts.studies.kept import RUN
from xstilts.studies.mmlu.likelihood import FILE, answered


def main() -> None:
    """Write `likelihood.json` into the folder of the run; an empty list where no source has such a head."""
    write_json(Path(sys.argv[1]) / RUN / FILE, answered(read_params()))


if __name__ == "__main__":
    exit_cleanly(main)
