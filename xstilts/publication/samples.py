"""A part of a record as the statistics take it: its parameters, and the counts that stand for predictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.params.read import check
from xstilts.publication.merge import rectangle
from xstilts.publication.record import Pair, Record
from xstilts.records.prepared import Prepared
from xstilts.statistics.collect import Sample, changes, clean_rows


def without_gap(record: Record, place: Path, controls: Iterable[str] = ()) -> Params:
    """The parameters of the largest part of a record that has no gap; `place` is the file that a mistake is told of."""
    return check(_cut(record.params, *rectangle(record, controls)), place)


def of_runs(document: Mapping[str, Any], runs: Iterable[Pair]) -> dict[str, Any]:
    """A document with the cells of some runs alone."""
    chosen = {*runs}
    return {**document, "cells": [cell for cell in document["cells"] if (cell["source"], cell["seed"]) in chosen]}


def _cut(
    content: Mapping[str, Any], rows: Sequence[str], seeds: Sequence[int], targets: Sequence[str]
) -> dict[str, Any]:
    """The parameters of some rows, seeds and targets alone."""
    groups = {
        group: {name: own for name, own in (tasks or {}).items() if name in targets}
        for group, tasks in content["targets"].items()
    }
    cut = {**content, "seeds": [*seeds], "targets": groups}
    cut["sources"] = {name: own for name, own in content["sources"].items() if name in rows}
    cut["conditions"] = {name: own for name, own in (content.get("conditions") or {}).items() if name in targets}
    trainings = {"squad": "squad", "parallel": "translation"}  # without its targets there is no such training
    return cut | {section: {} for section, group in trainings.items() if not groups.get(group)}


def sample(record: Record, params: Params, target: str, sources: Sequence[str], conditions: Sequence[str]) -> Sample:
    """What the statistics resample, from the counts that are kept in the place of predictions."""
    document, units = record.cells[target], record.units[target]
    runs = [(source, seed) for source in sources for seed in params.seeds]
    names: dict[str, list[str]] = {}
    counts: dict[str, np.ndarray] = {}
    noised = [
        paths.under(language, name)
        for one in conditions for language, own in document["conditions"][one].items() if changes(own)
        for name in (one, clean_rows(one)) if name == one or (*runs[0], paths.under(language, name)) in units
    ]  # fmt: skip
    for language in (*document["languages"], *noised):
        own = [units[(*run, language)] for run in runs]
        if len({one.numbers for one in own}) > 1:
            raise InputError(f"{target}/{language}: found other test rows in one run than in another")
        names[language] = [str(number) for number in own[0].numbers]
        counts[language] = np.stack([one.counts for one in own], axis=1)
    task = Prepared(
        target, document["family"], document["metric"], (), tuple(document["languages"]),
        "dev" if document["metric"] == "mining_f1" else None,
    )  # fmt: skip
    return Sample(target, runs, names, counts, "test unit (a row or paragraph, by number)", task)
