"""What distance is worth beside other facts: a linear mixed model of gains, beside the permutation test.

gain ~ distance to the target language + distance to English + same script + log text of the target language. A source,
a target language of a task, and a training (source, task, seed) have random intercepts: all scores of one training move
together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xstilts.studies.crossed import Estimate, fit


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
class Partial:
    """The fitted model; without estimates where there is a `problem`."""

    rows: int
    sources: int
    problem: str | None = None
    facts: dict[str, Estimate] = field(default_factory=dict)
    """Points of gain for one unit of each fact; the interval is by Student's t over source languages."""


def partial(rows: Sequence[Row]) -> Partial:
    """Fit the model by REML. Facts that differ nowhere are left out. A model that cannot be fitted is no error."""
    sources, languages = len({row.source for row in rows}), len({row.language for row in rows})
    names = [name for name in (rows[0].facts if rows else ()) if len({row.facts[name] for row in rows}) > 1]
    if languages < 4 or not names:
        return Partial(len(rows), sources, f"found {languages} source languages, an interval needs four")
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
    try:
        fitted = fit([row.gain for row in rows], fixed, groups)
    except (np.linalg.LinAlgError, ValueError) as problem:
        return Partial(len(rows), sources, f"the model could not be fitted: {problem}")
    if not fitted.converged:
        return Partial(len(rows), sources, "the model did not converge")
    each = np.eye(len(fitted.values))[1:]  # the first coefficient is the level
    facts = {name: fitted.estimate(weights, languages - 2) for name, weights in zip(names, each, strict=True)}
    return Partial(len(rows), sources, facts=facts)
