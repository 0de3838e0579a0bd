"""A made-up record: cells and curves of `tests.fake_grid`, and counts by unit that give those cells' main figures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from tests.fake_grid import FAMILIES, write_grid, write_params
from xstilts import paths
from xstilts.params import read_params
from xstilts.publication.record import Record, Units
from xstilts.records.files import read_json
from xstilts.report.figures.complete import curves_of

UNITS = 20


def record(folder: Path, sources: Sequence[str], seeds: Sequence[int], **changes: Any) -> Record:
    """A record of some rows and seeds, as one run of `tests.fake_grid` leaves them in `folder`."""
    folder.mkdir(parents=True)
    content = write_params(folder, seeds=[*seeds], **changes)
    content["sources"] = {name: own for name, own in content["sources"].items() if name in sources}
    write_grid(folder, content)
    back = Path.cwd()
    os.chdir(folder)
    try:
        params = read_params()
        params = params.model_copy(update={"sources": {name: params.sources[name] for name in content["sources"]}})
        found = Record(
            content, {"encoder": {"files": "1"}, **{f"source {name}": {"lr": 1.0} for name in sources}},
            [{"profile": "fake", "rows": [f"{source}/{seed}" for source, seed in product(sources, seeds)]}],
        )  # fmt: skip
        for target in FAMILIES:
            found.cells[target] = read_json(paths.cells(target))
            found.units[target] = {
                (cell["source"], cell["seed"], cell["language"]): _units(target, cell)
                for cell in found.cells[target]["cells"]
            }
            for cell in found.cells[target]["cells"]:  # what the counts give, as the scorer would
                cell["main"] = _main(target, found.units[target][cell["source"], cell["seed"], cell["language"]])
        found.curves = {path: read_json(path) for path in curves_of(params)}
        found.intermediate = read_json(paths.INTERMEDIATE)
    finally:
        os.chdir(back)
    return found


def _units(target: str, cell: dict[str, Any]) -> Units:
    random = np.random.default_rng(sum(map(ord, f"{target}{cell['source']}{cell['seed']}{cell['language']}")))
    if FAMILIES[target] == "span":
        counts = np.stack([random.random(UNITS), random.random(UNITS), np.ones(UNITS)], axis=1)
    elif FAMILIES[target] == "tagging" or target == "bucc":
        right = random.integers(0, 3, UNITS)
        counts = np.stack([right, right + random.integers(0, 2, UNITS), right + 1], axis=1)
    else:
        counts = np.stack([random.integers(0, 2, UNITS), np.ones(UNITS)], axis=1)
    return Units(tuple(range(UNITS)), counts.astype(float))


def _main(target: str, own: Units) -> float:
    sums = own.counts.sum(axis=0)
    if FAMILIES[target] == "span":
        return float(50 * (sums[0] + sums[1]) / sums[2])
    if FAMILIES[target] == "tagging" or target == "bucc":
        return float(200 * sums[0] / (sums[1] + sums[2]))
    return float(100 * sums[0] / sums[1])
