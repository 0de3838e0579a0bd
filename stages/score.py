"""Scoring: what the predictions of one target are worth, for every source, seed and language.

A pure function of predictions and gold, on the CPU, without torch: the official metric of each task (xtreme
`evaluate.py` @838c13b) and its corrected variants by name. A number travels with its signature. What is missing, left
over or out of step is refused with the name of its cell.

    python -m stages.score xnli
"""

from __future__ import annotations

from itertools import product
from typing import Any

from xstilts import paths
from xstilts.errors import exit_cleanly
from xstilts.params import Params
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json
from xstilts.scoring import document
from xstilts.scoring.cells import Gold


def main() -> None:
    """Write `results/cells/<target>.json`."""
    params, (target,) = arguments(__doc__, "target")
    result = score(params, target)
    write_json(paths.cells(target), result)
    print(f"{target}: {len(result['cells'])} cells in {paths.cells(target)}")


def score(params: Params, target: str) -> dict[str, Any]:
    """Everything that stands in `results/cells/<target>.json`: the cells of all sources and seeds."""
    return document.score(params, Gold(params, target), product(params.sources, params.seeds))


if __name__ == "__main__":
    exit_cleanly(main)
