"""What is published of a run: scores, what their intervals are made from, the courses of trainings. No row of the data.

A folder such as `results/real` holds this record, and beside it all tables and pages, which are made from it.

    about.json            which encoder, recipes and data (as hashes), which runs, on what machine
    params.yaml           the parameters of all rows
    cells/, curves/, intermediate.json, translations.json       as in `results/` and `data/mixtures/`
    units/<target>.parquet                                      counts by test unit; units are numbered
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from xstilts import paths
from xstilts.errors import InputError
from xstilts.params.load import load
from xstilts.params.read import check
from xstilts.params.whole import Params
from xstilts.records import forms
from xstilts.records.files import read_json, read_rows, read_text, write_json, write_rows, write_text
from xstilts.records.results import read_cells, read_curve, read_development

Pair = tuple[str, int]  # source, seed
Recipes = dict[str, dict[str, Any]]  # part of the way to a score -> its parameters, and the hashes of its data
COLUMNS = {"source": "str", "seed": "int", "language": "str", "units": "ints", "width": "int", "counts": "floats"}
READ = {"source": str, "seed": int, "language": str, "units": [int], "width": int, "counts": [float]}
ABOUT = {"recipes": forms.Each(forms.Each(object)), "runs": [{"profile": str}]}


def no_development() -> dict[str, Any]:
    """What `results/intermediate.json` holds where no source has a task of its own."""
    return {"tasks": {}, "cells": []}


@dataclass(frozen=True)
class Units:
    """Of one run and language: the number of each unit, the same in all languages, and what its scores are made of."""

    numbers: tuple[int, ...]
    counts: np.ndarray  # unit x statistic

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Units)
            and self.numbers == other.numbers
            and np.array_equal(np.asarray(self.counts, float), np.asarray(other.counts, float))
        )


@dataclass
class Record:
    """Everything that is published of one table."""

    params: dict[str, Any]
    recipes: Recipes
    runs: list[dict[str, Any]]
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)  # target -> as results/cells has it
    units: dict[str, dict[tuple[str, int, str], Units]] = field(default_factory=dict)  # target -> run and language
    curves: dict[Path, dict[str, Any]] = field(default_factory=dict)
    intermediate: dict[str, Any] = field(default_factory=no_development)
    translations: dict[str, Any] = field(default_factory=dict)

    @property
    def pairs(self) -> dict[Pair, set[str]]:
        """The published runs, and the targets of each."""
        found: dict[Pair, set[str]] = {}
        for target, document in self.cells.items():
            for cell in document["cells"]:
                found.setdefault((cell["source"], cell["seed"]), set()).add(target)
        return found

    def checked(self, place: Path) -> Params:
        """The parameters, checked; `place` is the file that a mistake is told of."""
        return check(self.params, place)


def read(folder: Path) -> Record:
    """The record of a folder; what is missing or of another form is refused with the name of the file."""
    about = forms.check(read_json(folder / "about.json"), ABOUT, folder / "about.json")
    content = load(read_text(folder / "params.yaml"), folder / "params.yaml")
    record = Record(content, about["recipes"], about["runs"])
    for path in sorted((folder / "cells").glob("*.json")):
        record.cells[path.stem] = read_cells(path)
        record.units[path.stem] = _read_units(folder / "units" / f"{path.stem}.parquet")
    for path in sorted((folder / "curves").rglob("*.json")):
        record.curves[Path("results") / path.relative_to(folder)] = read_curve(path)
    if (folder / "intermediate.json").exists():
        record.intermediate = read_development(folder / "intermediate.json")
    if (folder / "translations.json").exists():
        record.translations = read_json(folder / "translations.json")
    return record


def _read_units(path: Path) -> dict[tuple[str, int, str], Units]:
    rows = read_rows(path)
    forms.check_rows(rows, READ, path)
    found = {}
    for number, row in enumerate(rows, start=1):
        if row["width"] < 1 or len(row["counts"]) != row["width"] * len(row["units"]):
            raise InputError(f"{path}: row {number}: found {len(row['counts'])} counts, expected {row['width']} a unit")
        counts = np.array(row["counts"], dtype=np.float64).reshape(-1, row["width"])
        found[row["source"], row["seed"], row["language"]] = Units(tuple(row["units"]), counts)
    return found


def write(record: Record, about: dict[str, Any], folder: Path) -> None:
    """Write the record into a folder that is there."""
    write_json(folder / "about.json", {**about, "recipes": record.recipes, "runs": record.runs})
    content = json.loads(json.dumps(record.params))  # no two places are one object: YAML would write an alias
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    write_text(
        folder / "params.yaml", "# The parameters of all published rows, put together by xstilts publish\n" + text
    )
    for target, document in record.cells.items():
        write_json(folder / "cells" / f"{target}.json", document)
        rows = [
            {"source": source, "seed": seed, "language": language, "units": list(own.numbers),
             "width": own.counts.shape[1], "counts": [float(one) for one in own.counts.flat]}
            for (source, seed, language), own in record.units[target].items()
        ]  # fmt: skip
        write_rows(folder / "units" / f"{target}.parquet", rows, COLUMNS)
    for path, curve in record.curves.items():
        write_json(folder / path.relative_to("results"), curve)
    write_json(folder / "intermediate.json", record.intermediate)
    write_json(folder / paths.TRANSLATIONS.name, record.translations)
