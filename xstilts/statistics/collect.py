"""From the predictions of one target to what its resamples are scored from: counts by unit, run and statistic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from tqdm import tqdm

from xstilts import paths
from xstilts.families import part
from xstilts.params import Params
from xstilts.records import prepared
from xstilts.scoring.cells import EVERY, Gold, Places

Key = tuple[str, int]  # source, seed


@dataclass(frozen=True)
class Sample:
    """The test set of one target in all languages, as units that are drawn whole.

    Beside `tr` there may be `tr@swap-0.10`: the same units under a condition, which are drawn together. Where a
    condition has fewer rows, the counts of the others are 0, and `before` has the clean ones of the same rows."""

    target: str
    runs: Sequence[Key]
    units: Mapping[str, Sequence[str]]  # language -> names; one name in several languages is one unit
    counts: Mapping[str, np.ndarray]  # language -> unit x run x statistic
    unit: str  # what a unit is, in words
    task: prepared.Prepared

    @property
    def languages(self) -> list[str]:
        """Codes, in the order of `params.yaml`."""
        return list(self.counts)

    def before(self, language: str, condition: str) -> str:
        """Under which label the clean answers stand to the rows that are there under a condition."""
        label = paths.under(language, clean_rows(condition))
        return label if label in self.counts else language

    def main(self, sums: np.ndarray) -> np.ndarray:
        """The figure that XTREME averages (0-100) from summed counts, which stand on the last axis."""
        figure: np.ndarray = part(self.task.family, "scoring.units").main(self.task, sums)
        return figure

    def scores(self, language: str) -> np.ndarray:
        """The figure of every run on the test set as it is."""
        return self.main(self.counts[language].sum(axis=0, dtype=np.float64))


@dataclass(frozen=True)
class _Rows:
    """What is counted under one label: rows of a split, and the unit of each."""

    language: str
    split: str
    places: Places
    names: Sequence[str]


def collect(params: Params, target: str, sources: Sequence[str], conditions: Sequence[str] = ()) -> Sample:
    """Read gold and predictions of one target; what is missing or out of step is refused with the name of its cell.

    `conditions`: those that stand beside the clean sets, where they have changed anything."""
    gold = Gold(params, target)
    task, languages, units = gold.task, gold.languages, part(gold.task.family, "scoring.units")
    names = units.names(task, {language: gold.rows[split, language] for language, split in languages.items()})
    distinct = {language: list(dict.fromkeys(names[language])) for language in languages}
    labels: dict[str, _Rows] = {one: _Rows(one, split, EVERY, names[one]) for one, split in languages.items()}
    for one, (language, split) in product(conditions, languages.items()):
        if changes(gold.conditions[one][language]):
            places = gold.places[paths.under(split, one), language]
            own = [names[language][place] for place in places] if isinstance(places, list) else names[language]
            labels[paths.under(language, one)] = _Rows(language, paths.under(split, one), EVERY, own)
            if isinstance(places, list):
                labels[paths.under(language, clean_rows(one))] = _Rows(language, split, places, own)
    runs: list[Key] = list(product(sources, params.seeds))
    counts: dict[str, list[np.ndarray]] = {label: [] for label in labels}
    for source, seed in tqdm(runs, desc=target, ncols=100, mininterval=2):
        run = gold.run(source, seed)
        for label, rows in labels.items():
            found = run.counted(task, gold.rows, rows.split, rows.language)[rows.places]
            counts[label].append(grouped(rows.names, distinct[rows.language], found))
    stacked = {label: np.stack(one, axis=1) for label, one in counts.items()}
    return Sample(
        target, runs, {label: distinct[one.language] for label, one in labels.items()}, stacked, units.UNIT, task
    )


def clean_rows(condition: str) -> str:
    """What stands in the place of a condition for the clean rows with its ids, where those are not all rows."""
    return f"clean-{condition}"


def changes(counted: Mapping[str, int]) -> bool:
    """Whether a condition has changed any row: no letter of Hindi has an upper case."""
    return counted["rows_changed"] > 0


def grouped(names: Sequence[str], distinct: Sequence[str], counts: np.ndarray) -> np.ndarray:
    """Counts by row summed to counts by unit, in the order of `distinct`."""
    places = {name: place for place, name in enumerate(distinct)}
    sums = np.zeros((len(distinct), counts.shape[1]), dtype=counts.dtype)
    np.add.at(sums, [places[name] for name in names], counts)
    return sums
