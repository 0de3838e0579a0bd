"""How sure the figures are: intervals over test examples and over seeds, tests of every gain, and what gains go with.

A pure function of predictions and gold, on the CPU, without torch. Two kinds of interval, never mixed: over examples
(another test set, the same model) and over seeds (another training, the same test set); a gain has one over both.

    python -m stages.statistics
"""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import exit_cleanly
from xstilts.params.arguments import arguments
from xstilts.statistics.tables import write_statistics

RESULTS = Path("results")


def main() -> None:
    """Write `results/statistics.json` and three tables."""
    params, _ = arguments(__doc__)
    content = write_statistics(RESULTS, params)
    decided = [row for row in content["gains"] if row["better"] or row["worse"]]
    size, gains = len(content["scores"]), len(content["gains"])
    print(f"{size} scores, {len(decided)} of {gains} gains decided: {RESULTS / 'statistics.json'}")


if __name__ == "__main__":
    exit_cleanly(main)
