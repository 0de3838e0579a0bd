"""Made-up answers of one target, clean and noised: rows that are right or wrong, and test sets drawn from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import yaml

from tests.imports import ROOT
from xstilts import paths
from xstilts.params import Params
from xstilts.params.profiles import compose
from xstilts.statistics.analyse import Target
from xstilts.statistics.collect import Sample
from xstilts.studies.noised import Noised

LANGUAGES = ("en", "de", "tr")
CONDITIONS = ("swap-0.1", "drop-0.2")
UNITS, DRAWS = 300, 200


def params_of(profile: str, seeds: tuple[int, ...] = (1, 2, 3)) -> Params:
    """A profile of the study, with other seeds."""
    whole: dict[str, Any] = yaml.safe_load(
        compose(str(ROOT / "studies/robustness" / f"{profile}.yaml"), ROOT / "profiles")
    )
    return Params.model_validate({**whole, "seeds": [*seeds]})


def noised(
    params: Params,
    drop: Callable[[str], float],
    clean: Callable[[str], float] = lambda source: 0.8,
    chance: float = 33.3,
) -> Noised:
    """One target. A source is right on a share `clean` of the rows, and loses a share `drop` under any condition."""
    labels = [paths.under(language, under) for under in (None, *CONDITIONS) for language in LANGUAGES]
    runs = [(source, seed) for source in params.sources for seed in params.seeds]
    generator = np.random.default_rng(7)
    hard = generator.uniform(size=(UNITS, 1, len(LANGUAGES)))  # a row is as hard for all
    levels = np.array([[clean(source) + 0.01 * generator.normal() for _ in LANGUAGES] for source, _ in runs])
    slant = np.array([0.1, 0.0, -0.1])  # languages differ, so that a line can be fitted
    falls = np.array([[drop(source) + 0.005 * generator.normal()] for source, _ in runs])
    own = generator.uniform(-0.1, 0.1, size=(UNITS, len(runs), len(LANGUAGES)))
    right = {
        str(under): (hard + own < levels + slant - (falls if under else 0.0)) * 100.0 for under in (None, *CONDITIONS)
    }
    whole = np.concatenate([right[str(under)] for under in (None, *CONDITIONS)], axis=2)
    places = generator.integers(0, UNITS, size=(DRAWS, UNITS))
    resampled = np.stack([whole[one].mean(axis=0) for one in places])
    counts = {label: np.zeros(0) for label in labels}
    task: Any = None  # not asked for
    sample = Sample("xnli", runs, {label: [] for label in labels}, counts, "row", task)
    lost = {(source, condition): drop(source) for source in params.sources for condition in CONDITIONS}
    return Noised(
        "xnli", Target(sample, whole.mean(axis=0), resampled), CONDITIONS, dict.fromkeys(LANGUAGES, 33.3), lost
    )
