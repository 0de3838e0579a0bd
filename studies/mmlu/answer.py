"""Does the intermediate task change accuracy on multilingual exams, or the time of an answer? (seed question 002)

Written are `answer.md`, the table, `languages.csv`, and a figure of accuracy above guessing against time.

    xstilts study mmlu                        # a small encoder that is pretrained here, and parts of real exams
    xstilts study mmlu --profile e5           # a released encoder
    xstilts study mmlu --profile paper        # XLM-R Large and full sets, with a GPU

Times are read from `latency/<profile>.json` beside this file, where it is there. The harness writes it: a list of
objects with source, language, engine, p50_ms, p95_ms, p99_ms, questions_per_s.
"""

from __future__ import annotations

import sys
from pathlib import Path

from xstilts.studies.kept import RUN, read_run
from xstilts.studies.mmlu.figure import write_figure
from xstilts.studies.mmlu.latency import of_engine, read_latency
from xstilts.studies.mmlu.likelihood import FILE, read_likelihood
from xstilts.studies.mmlu.measure import measure
from xstilts.studies.mmlu.page import write_page

HERE = Path(__file__).parent


def main() -> None:
    """Write everything into the folder that is given."""
    folder = Path(sys.argv[1])
    run, times = read_run(folder), read_latency(HERE / "latency" / f"{folder.name}.json")
    levels, latency = measure(run), of_engine(times)
    write_page(folder, run, levels, latency, read_likelihood(folder / RUN / FILE))
    write_figure(folder, levels, latency)


if __name__ == "__main__":
    main()
