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
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Params
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json
from xstilts.scoring.cells import Cell, Gold, rounded


def main() -> None:
    """Write `results/cells/<target>.json`."""
    params, (target,) = arguments(__doc__, "target")
    result = score(params, target)
    write_json(paths.cells(target), result)
    print(f"{target}: {len(result['cells'])} cells in {paths.cells(target)}")


def score(params: Params, target: str) -> dict[str, Any]:
    """Everything that stands in `results/cells/<target>.json`."""
    gold = Gold(params, target)
    task, scorer, counts = gold.task, gold.scorer, gold.counts
    signature: dict[str, Any] | None = None
    cells: list[Cell] = []
    for source, seed in product(params.sources, params.seeds):
        run = gold.run(source, seed)
        signature = signature or run.signature
        if run.signature != signature:
            raise InputError(f"{run.name}: found the signature {run.signature}, expected {signature} as in the others")
        cells += gold.cells(run)
        for language, split in gold.languages.items():
            for name, value in run.counts[f"{split}/{language}"].items():
                counts[language][f"input {name}"] = max(value, counts[language].get(f"input {name}", 0))
    chance = {
        language: rounded(scorer.chance(task, gold.rows[split, language])) for language, split in gold.languages.items()
    }
    data = {"data": params.data.kind, "profile": params.profile}
    return {
        "target": target, "family": task.family, "metric": task.metric, "languages": gold.languages, "cells": cells,
        "chance": chance, "counts": counts, "signature": {**(signature or {}), **scorer.signature(task), **data},
    }  # fmt: skip


if __name__ == "__main__":
    exit_cleanly(main)
