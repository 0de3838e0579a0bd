"""How sure the figures are: intervals over test examples and over seeds, tests of every gain, and what gains go with.

A pure function of predictions and gold, on the CPU, without torch. Two kinds of interval, never mixed: over examples
(another test set, the same model) and over seeds (another training, the same test set); a gain has one over both.

    python -m stages.statistics
"""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import exit_cleanly
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json, write_text
from xstilts.statistics.analyse import analysis_rows
from xstilts.statistics.languages import read_languages
from xstilts.statistics.tables import (
    ANALYSIS,
    GAINS,
    LANGUAGES,
    MEANS,
    RESAMPLES,
    factors,
    statistics,
    summary,
    to_csv,
    with_facts,
)  # fmt: skip

RESULTS = Path("results")


def main() -> None:
    """Write `results/statistics.json` and three tables."""
    params, _ = arguments(__doc__)
    table, found = read_languages(), statistics(params)
    content = found.content(RESAMPLES)
    write_json(RESULTS / "statistics.json", content)
    write_text(RESULTS / "statistics.csv", to_csv(MEANS + GAINS, summary(content)))
    write_text(RESULTS / "language_gains.csv", to_csv(LANGUAGES, with_facts(found.by_language, table)))
    analysis = analysis_rows(found.by_language, table, factors(params))
    write_text(RESULTS / "language_analysis.csv", to_csv(ANALYSIS, analysis))
    decided = [row for row in content["gains"] if row["better"] or row["worse"]]
    size, gains = len(content["scores"]), len(content["gains"])
    print(f"{size} scores, {len(decided)} of {gains} gains decided: {RESULTS / 'statistics.json'}")


if __name__ == "__main__":
    exit_cleanly(main)
