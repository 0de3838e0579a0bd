"""Backbones that nobody has run: scores with a gain that is planted, and contrasts made of them as the study makes
them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from tests.imports import ROOT
from xstilts.params import Params
from xstilts.params.load import load
from xstilts.params.profiles import compose
from xstilts.records.prepared import Prepared
from xstilts.statistics.analyse import Target
from xstilts.statistics.collect import Sample
from xstilts.studies.backbones.contrasts import of_target
from xstilts.studies.backbones.rates import Rate
from xstilts.studies.backbones.rows import Row, named, trained_in
from xstilts.studies.backbones.study import Backbone
from xstilts.studies.fertility import Fertility

LANGUAGES = ("en", "de", "es", "tr", "hi", "ar")
SIZES = {"mnli": 9000, "squad_v1": 6000, "none": 0}
UNITS = 400
Effects = Mapping[str, float]  # source -> points


@cache
def small() -> Params:
    """The parameters of the small profile."""
    return Params.model_validate(load(compose(str(ROOT / "studies/backbones/small.yaml"), ROOT / "profiles"), "small"))


def target(name: str, effects: Effects, seed: int, spread: float = 0.4) -> Target:
    """Scores around 60 with planted effects of sources: units that are right or wrong, and luck of each training."""
    params, generator = small(), np.random.default_rng(seed)
    runs = [(source, own) for source in params.rows for own in params.seeds]
    hard = generator.normal(size=(UNITS, 1, len(LANGUAGES)))  # what all runs find hard
    shift = np.array([effects.get(source, 0.0) for source, _ in runs]) + spread * generator.normal(size=len(runs))
    points = 60 + shift[:, None] + 10 * hard + 20 * generator.normal(size=(UNITS, len(runs), len(LANGUAGES)))
    times = generator.multinomial(UNITS, np.full(UNITS, 1 / UNITS), size=200)
    drawn = (times @ points.reshape(UNITS, -1) / UNITS).reshape(200, *points.shape[1:])
    facts = Prepared(name, "classification", "accuracy", ("a", "b"), LANGUAGES, None)
    sample = Sample(name, runs, {}, {language: np.zeros((1, len(runs), 1)) for language in LANGUAGES}, "row", facts)
    return Target(sample, points.mean(axis=0), drawn)


def backbone(name: str, effects: Mapping[str, Effects], seed: int, **about: object) -> Backbone:
    """A backbone with an effect by target and source."""
    params, rows, contrasts = small().model_copy(update={"profile": name}), [], []
    for place, (one, own) in enumerate(effects.items()):
        made = target(one, own, 1000 * seed + place)
        contrasts += list(of_target(params, made))
        for run, (source, number) in enumerate(made.sample.runs):
            recipe = params.source(source)
            for column, language in enumerate(LANGUAGES):
                rows.append(Row(
                    name, named(recipe), " ".join(trained_in(recipe)), SIZES[named(recipe)], number, one, language,
                    "clean", UNITS, "accuracy", float(made.observed[run, column]),
                ))  # fmt: skip
    facts = {"profile": name, "data": "generated", "encoder": "text", "made_here": True, "trained_on_pairs": False,
             "unfinished": []}  # fmt: skip
    pieces = [Fertility(name, "xnli", "de", "word", 100, 150, 50, 5, 128),
              Fertility(name, "xnli", "zh", "character", 100, 80, 50, 0, 128)]  # fmt: skip
    swept = [Rate(name, "xnli", factor, lr, 1, dev) for factor, lr, dev in
             (("1/3", 1e-4, 70.0), ("1", 3e-4, 80.0), ("3", 1e-3, 75.0))]  # fmt: skip
    return Backbone({**facts, **about}, rows, contrasts, pieces, swept)
