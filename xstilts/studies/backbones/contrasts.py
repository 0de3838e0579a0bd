"""What intermediate data change for one backbone, and whether two backbones differ in it.

Within a backbone a contrast is the difference of two rows on the same test sets, seed by seed, with the interval of
`xstilts.statistics`: over seeds and over test units. Between two backbones it is the difference of their gains. Both
have the same test sets, and what both make of a unit is not known here: the variances over units are added, which is
too much where the two agree on what is hard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xstilts.params import Params
from xstilts.seeding import Seeds
from xstilts.statistics.analyse import Target
from xstilts.statistics.inference import LEVEL, Parts, difference
from xstilts.studies.backbones.rows import ENGLISH, MULTILINGUAL, NONE, arm, named, trained_in
from xstilts.studies.kept import Run

UNSEEN, SEEN = "unseen", "seen"  # languages that no row was trained in, and those that one was, without English
RESAMPLES = 1000
OVER = {ENGLISH: (NONE,), MULTILINGUAL: (NONE, ENGLISH)}


@dataclass(frozen=True)
class Contrast:
    """The gain of a source over another: `none`, or the same task in English."""

    backbone: str
    source: str
    source_language: str
    over: str
    target: str
    languages: str
    """`unseen`, `seen` or `en`."""
    base: float
    """The mean score of what it is compared with."""
    gain: float
    low: float
    high: float
    p: float
    own: float
    """The variance of the gain that a seed of its own has over units, by the number of seeds."""
    common: float
    """The variance over units that all seeds share."""
    by_seed: str

    @property
    def gains(self) -> list[float]:
        """The gain of each seed."""
        return [float(one) for one in self.by_seed.split()]

    @property
    def name(self) -> str:
        """Such as `en - none`."""
        return f"{arm(self.source_language)} - {self.over}"

    @property
    def smallest(self) -> float:
        """The smallest gain that could have been told from none: half the interval."""
        return (self.high - self.low) / 2


def contrasts(run: Run) -> list[Contrast]:
    """All contrasts of a run."""
    found: list[Contrast] = []
    for target in run.params.target_families():
        found += of_target(run.params, Target.of(run.sample(target, ()), RESAMPLES, Seeds("statistics")))
    return found


def of_target(params: Params, target: Target) -> Iterator[Contrast]:
    """The contrasts of one target, over each set of languages that it has."""
    by_arm: dict[tuple[str, str], list[str]] = {}
    for name in params.rows:
        source = params.source(name)
        by_arm.setdefault((named(source), arm(" ".join(trained_in(source)))), []).append(name)
    for (task, kind), names in by_arm.items():
        for name, over in ((name, over) for name in names for over in OVER.get(kind, ())):
            for base in by_arm.get((NONE if over == NONE else task, over), []):
                for languages, columns in language_sets(params, target.sample.languages).items():
                    yield _contrast(params, target, (name, base), over, languages, columns)


def language_sets(params: Params, languages: Sequence[str]) -> dict[str, list[int]]:
    """`unseen`, `seen` and `en` -> the places of their languages; sets that are empty are left out."""
    trained = {language for name in params.rows for language in trained_in(params.source(name))} - {"en"}
    sets: dict[str, list[int]] = {UNSEEN: [], SEEN: [], "en": []}
    for place, language in enumerate(languages):
        kind = "en" if language == "en" else UNSEEN if trained.isdisjoint(language.split("-")) else SEEN
        sets[kind].append(place)
    return {name: columns for name, columns in sets.items() if columns}


def _contrast(
    params: Params, target: Target, pair: tuple[str, str], over: str, languages: str, columns: Sequence[int]
) -> Contrast:
    own, other = (target.places(name) for name in pair)
    observed, drawn = target.observed[:, columns].mean(axis=-1), target.resampled[:, :, columns].mean(axis=-1)
    gains, draws = observed[own] - observed[other], drawn[:, own] - drawn[:, other]
    one, source = difference(gains, draws), params.source(pair[0])
    alone, common = over_units(draws)
    assert one.low is not None and one.high is not None
    return Contrast(
        params.profile, named(source), " ".join(trained_in(source)), over, target.sample.target, languages,
        base=_short(float(observed[other].mean())), gain=_short(one.mean), low=_short(one.low), high=_short(one.high),
        p=_short(one.p), own=_short(alone), common=_short(common), by_seed=" ".join(f"{gain:.4f}" for gain in gains),
    )  # fmt: skip


def _short(value: float) -> float:
    """Six digits."""
    return float(f"{value:.6g}")


def over_units(draws: np.ndarray) -> tuple[float, float]:
    """(what each seed has for itself, what all have in common) of the variance of a mean over seeds, from resample x
    seed: the parts that `difference` takes."""
    whole, seeds = float(np.var(draws.mean(axis=1), ddof=1)), draws.shape[1]
    if seeds == 1:
        return 0.0, whole
    own = float(np.var(draws - draws.mean(axis=0), axis=1, ddof=1).mean()) / seeds
    return own, max(0.0, whole - own)


@dataclass(frozen=True)
class Between:
    """How much more one backbone gains than another."""

    first: Contrast
    second: Contrast
    mean: float
    low: float
    high: float
    p: float


def between(first: Contrast, second: Contrast) -> Between | None:
    """The difference of two gains, paired by seed, or over units alone with one seed; None where their numbers of
    seeds are not the same."""
    one, two = np.array(first.gains), np.array(second.gains)
    if len(one) != len(two):
        return None
    differences, seeds = one - two, len(one)
    spread = float(np.var(differences, ddof=1)) / seeds if seeds > 1 else 0.0
    parts = Parts(spread, seeds - 1, first.own + second.own, first.common + second.common)
    mean, half = float(differences.mean()), parts.margin(1 - LEVEL)
    p = parts.p(abs(mean)) if half > 0 else float(abs(mean) < 1e-9)
    return Between(first, second, mean, mean - half, mean + half, p)
