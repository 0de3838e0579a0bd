"""Scores of stored predictions, one run at a time, by the scorer of the stage `score`. Nothing is written.

The stage refuses a target of which one run is missing; here each (target, source) is scored for itself.

    python -m xstilts.cells.rescore xnli mnli    # the cells as they stand in results/cells/xnli.json, on stdout
"""

from __future__ import annotations

import argparse
import json

from xstilts.errors import exit_cleanly
from xstilts.params import read_params
from xstilts.scoring.cells import Gold


def main() -> None:
    """Print the cells of one target and source, all seeds, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("source")
    arguments = parser.parse_args()
    params = read_params()
    gold = Gold(params, arguments.target)
    print(json.dumps([cell for seed in params.seeds for cell in gold.cells(gold.run(arguments.source, seed))]))


if __name__ == "__main__":
    exit_cleanly(main)
