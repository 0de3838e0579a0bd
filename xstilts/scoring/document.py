"""What stands in `results/cells/<target>.json`: the cells of a target, and what is to be known of its test sets."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.scoring.cells import Cell, Counts, Gold, rounded


def score(params: Params, gold: Gold, runs: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """The document of one target with the cells of some runs (source, seed).

    What is missing, left over or out of step is refused with the name of its cell."""
    task, scorer = gold.task, gold.scorer
    given: list[tuple[str | None, Counts]] = [(None, gold.counts), *gold.conditions.items()]  # clean, and by condition
    counts = {one: {language: dict(own) for language, own in by.items()} for one, by in given}
    signature: dict[str, Any] | None = None
    cells: list[Cell] = []
    for source, seed in runs:
        run = gold.run(source, seed)
        signature = signature or run.signature
        if run.signature != signature:
            raise InputError(f"{run.name}: found the signature {run.signature}, expected {signature} as in the others")
        cells += gold.cells(run)
        for condition, (language, split) in product(counts, gold.languages.items()):
            own = counts[condition][language]
            for name, value in run.counts[f"{paths.under(split, condition)}/{language}"].items():
                own[f"input {name}"] = max(value, own.get(f"input {name}", 0))
    levels = {language: (split, language) for language, split in gold.languages.items()}
    for condition, (language, split) in product(gold.conditions, gold.languages.items()):
        pair = (paths.under(split, condition), language)
        if isinstance(gold.places[pair], list) and gold.rows[pair]:  # other rows, another level
            levels[paths.under(language, condition)] = pair
    chance = {label: rounded(scorer.chance(task, gold.rows[pair])) for label, pair in levels.items()}
    clean = counts.pop(None)
    conditions = {"conditions": counts} if counts else {}  # of each what was counted
    data = {"data": params.data.kind, "profile": params.profile}
    return {
        "target": task.name, "family": task.family, "metric": task.metric, "languages": gold.languages, "cells": cells,
        "chance": chance, "counts": clean, "signature": {**(signature or {}), **scorer.signature(task), **data},
        **conditions,
    }  # fmt: skip
