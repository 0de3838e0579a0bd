"""How much does degradation change with each doubling of the data, with languages, seeds and clean scores held fixed?

A linear mixed model: degradation ~ log2(size) * condition + clean, with a random intercept for each language, for each
seed, and for each training (a size and a seed). The last is needed because all scores of one training move together.
Without it, twelve trainings would count as hundreds of independent values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from xstilts.studies.crossed import Estimate, Fitted, fit, indicators


@dataclass(frozen=True)
class Row:
    """What one training loses in one language under one condition."""

    size: float
    condition: str
    language: str
    seed: int
    clean: float
    degradation: float


@dataclass(frozen=True)
class Mixed:
    """The fitted model; without estimates where there is a `problem`."""

    rows: int
    trainings: int
    problem: str | None = None
    doubling: Estimate | None = None
    """Points of degradation for each doubling of the data, mean over conditions."""
    conditions: dict[str, Estimate] = field(default_factory=dict)
    """The same for each condition."""
    clean: Estimate | None = None
    """Points of degradation for each point of the clean score."""
    spreads: dict[str, float] = field(default_factory=dict)
    """Standard deviations: of languages, seeds, trainings, and of what is left."""


def mixed(rows: Sequence[Row]) -> Mixed:
    """Fit the model by REML. A model that cannot be fitted is no error: `problem` says why."""
    trainings = len({(row.size, row.seed) for row in rows})
    if problem := _too_few(rows, trainings):
        return Mixed(len(rows), trainings, problem)
    try:
        fitted = _fit(rows)
    except (np.linalg.LinAlgError, ValueError) as error:
        return Mixed(len(rows), trainings, f"the model could not be fitted: {error}")
    if not fitted.converged:
        return Mixed(len(rows), trainings, f"the model did not converge ({fitted.warnings} warnings)")
    names = [*conditions_of(rows), "clean"]

    def estimate(*wanted: str) -> Estimate:
        """The mean of coefficients. The first ones, levels of conditions, are not asked for."""
        weights = np.zeros(len(fitted.values))
        weights[[len(weights) - len(names) + names.index(name) for name in wanted]] = 1 / len(wanted)
        return fitted.estimate(weights, trainings - 2)

    return Mixed(
        len(rows),
        trainings,
        doubling=estimate(*conditions_of(rows)),
        conditions={name: estimate(name) for name in conditions_of(rows)},
        clean=estimate("clean"),
        spreads=fitted.spreads,
    )


def conditions_of(rows: Sequence[Row]) -> list[str]:
    """The conditions, in the order of the rows."""
    return list(dict.fromkeys(row.condition for row in rows))


def _too_few(rows: Sequence[Row], trainings: int) -> str | None:
    """Why there is nothing to fit, if so."""
    sizes = len({row.size for row in rows})
    if sizes < 3:
        return f"found {sizes} sizes, a slope needs three"
    if trainings < 5:
        return f"found {trainings} trainings, an interval needs five"
    return None


def _fit(rows: Sequence[Row]) -> Fitted:
    """The fitted model. Each condition has its own level and its own slope, which is log2(size) * condition in other
    words."""
    log2, clean = (_centred(values) for values in ([math.log2(row.size) for row in rows], [row.clean for row in rows]))
    levels, _ = indicators([row.condition for row in rows])
    fixed = np.column_stack([levels, levels * log2[:, None], clean])
    groups: dict[str, list[str]] = {
        "language": [row.language for row in rows],
        "seed": [str(row.seed) for row in rows],
        "training": [f"{row.size:g} {row.seed}" for row in rows],
    }
    differ = {name: labels for name, labels in groups.items() if len(set(labels)) > 1}
    return fit([row.degradation for row in rows], fixed, differ)


def _centred(values: Sequence[float]) -> np.ndarray:
    """Values less their mean: the search for variances is easier."""
    given = np.array(values, dtype=float)
    centred: np.ndarray = given - given.mean()
    return centred
