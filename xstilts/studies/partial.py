"""What distance is worth beside other facts: a linear mixed model of gains, beside the permutation test.

gain ~ distance to the target language + distance to English + same script + log text of the target language. A source,
a target language of a task, and a training (source, task, seed) have random intercepts: all scores of one training move
together.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtrit

from xstilts.statistics.inference import LEVEL


@dataclass(frozen=True)
class Row:
    """The gain of one training in one language, and the facts that it may go with."""

    source: str
    language: str
    """Of the source."""
    task: str
    target: str
    seed: int
    gain: float
    facts: Mapping[str, float]


@dataclass(frozen=True)
class Estimate:
    """Points of gain for one unit of a fact; the interval by Student's t over source languages."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Partial:
    """The fitted model; without estimates where there is a `problem`."""

    rows: int
    sources: int
    problem: str | None = None
    facts: dict[str, Estimate] = field(default_factory=dict)


def partial(rows: Sequence[Row]) -> Partial:
    """Fit the model by REML. Facts that differ nowhere are left out. A model that cannot be fitted is no error."""
    sources, languages = len({row.source for row in rows}), len({row.language for row in rows})
    names = [name for name in (rows[0].facts if rows else ()) if len({row.facts[name] for row in rows}) > 1]
    if languages < 4 or not names:
        return Partial(len(rows), sources, f"found {languages} source languages, an interval needs four")
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec  # takes seconds to import

    columns = np.array([[row.facts[name] for name in names] for row in rows])
    fixed = np.column_stack([np.ones(len(rows)), columns - columns.mean(axis=0)])
    if np.linalg.matrix_rank(fixed) < fixed.shape[1]:
        return Partial(len(rows), sources, f"the facts {', '.join(names)} cannot be told from one another")
    groups = {
        "source": [row.source for row in rows],
        "target": [f"{row.task} {row.target}" for row in rows],
        "training": [f"{row.source} {row.task} {row.seed}" for row in rows],
    }
    if len(set(groups["training"])) == sources:
        del groups["training"]  # a training is a source: one of the two
    crossed = {name: _indicators(labels) for name, labels in groups.items()}
    spec = VCSpec(
        list(crossed), [[labels] for _, labels in crossed.values()], [[matrix] for matrix, _ in crossed.values()]
    )
    with warnings.catch_warnings():  # of statsmodels: no page should depend on its words
        warnings.simplefilter("ignore")
        try:
            model = MixedLM([row.gain for row in rows], fixed, np.ones(len(rows)), exog_vc=spec)
            fitted = model.fit(reml=True, method=["lbfgs", "powell"])
        except (np.linalg.LinAlgError, ValueError) as problem:
            return Partial(len(rows), sources, f"the model could not be fitted: {problem}")
    variances = np.diag(np.asarray(fitted.cov_params())[: fitted.k_fe, : fitted.k_fe])
    if not fitted.converged or not np.isfinite(variances).all() or (variances <= 0).any():
        return Partial(len(rows), sources, "the model did not converge")
    quantile = float(stdtrit(languages - 2, (1 + LEVEL) / 2))
    found = {}
    for name, value, variance in zip(names, np.asarray(fitted.fe_params)[1:], variances[1:], strict=True):
        reach = quantile * math.sqrt(float(variance))
        found[name] = Estimate(float(value), float(value) - reach, float(value) + reach)
    return Partial(len(rows), sources, facts=found)


def _indicators(labels: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """A column for each label, 1 where a row has it; and the labels, in the order in which they come."""
    names = list(dict.fromkeys(labels))
    return np.array([[float(label == name) for name in names] for label in labels]), names
