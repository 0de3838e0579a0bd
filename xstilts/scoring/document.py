"""What stands in `results/cells/<target>.json`: the cells of a target, and what is to be known of its test sets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.scoring.cells import Cell, Gold, rounded


def score(params: Params, gold: Gold, runs: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """The document of one target with the cells of some runs (source, seed).

    What is missing, left over or out of step is refused with the name of its cell."""
    task, scorer = gold.task, gold.scorer
    counts = {language: dict(own) for language, own in gold.counts.items()}
    signature: dict[str, Any] | None = None
    cells: list[Cell] = []
    for source, seed in runs:
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
        "target": task.name, "family": task.family, "metric": task.metric, "languages": gold.languages, "cells": cells,
        "chance": chance, "counts": counts, "signature": {**(signature or {}), **scorer.signature(task), **data},
    }  # fmt: skip
