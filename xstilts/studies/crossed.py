"""A linear mixed model with crossed random intercepts, by statsmodels: what `mixed` and `partial` fit."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from xstilts.statistics.inference import LEVEL


@dataclass(frozen=True)
class Estimate:
    """A coefficient and its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Fitted:
    """What a fit gives: coefficients of the fixed columns, and spreads."""

    values: np.ndarray
    covariance: np.ndarray
    spreads: dict[str, float]
    """Standard deviations: of each group, and of what is left (`rest`)."""
    converged: bool
    warnings: int

    def estimate(self, weights: np.ndarray, freedom: int) -> Estimate:
        """A weighted sum of coefficients, with an interval by Student's t."""
        value = float(weights @ self.values)
        reach = float(stdtrit(freedom, (1 + LEVEL) / 2)) * math.sqrt(float(weights @ self.covariance @ weights))
        return Estimate(value, value - reach, value + reach)


def fit(values: Sequence[float], fixed: np.ndarray, groups: Mapping[str, Sequence[str]]) -> Fitted:
    """Fit by REML. `fixed`: row x column; `groups`: the label of each row, a random intercept a label.

    Each group is what `vc_formula={name: "0 + C(name)"}` makes of it, without a pandas table. Raises what statsmodels
    raises of a model that cannot be fitted: `LinAlgError` or `ValueError`."""
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec  # takes seconds to import

    crossed = {name: indicators(labels) for name, labels in groups.items()}
    spec = VCSpec(
        list(crossed), [[names] for _, names in crossed.values()], [[matrix] for matrix, _ in crossed.values()]
    )
    with warnings.catch_warnings(record=True) as caught:  # of statsmodels: no page should depend on its words
        warnings.simplefilter("always")
        model = MixedLM(list(values), fixed, np.ones(len(values)), exog_vc=spec)
        fitted = model.fit(reml=True, method=["lbfgs", "powell"])
    covariance = np.asarray(fitted.cov_params())[: fitted.k_fe, : fitted.k_fe]
    sound = bool(np.isfinite(covariance).all() and (np.diag(covariance) > 0).all())
    variances = zip(fitted.model.exog_vc.names, fitted.vcomp, strict=True)
    spreads = {**{name: math.sqrt(float(one)) for name, one in variances}, "rest": math.sqrt(float(fitted.scale))}
    return Fitted(np.asarray(fitted.fe_params), covariance, spreads, bool(fitted.converged) and sound, len(caught))


def indicators(labels: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """A column for each label, 1 where a row has it; and the labels, in the order in which they come."""
    names = list(dict.fromkeys(labels))
    return np.array([[float(label == name) for name in names] for label in labels]), names
