"""What the study of size and robustness measures: rows of its table, trends, the planted effect and the control."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from xstilts.params import Params
from xstilts.statistics.analyse import BASELINE
from xstilts.statistics.inference import LEVEL, Difference, Interval, holm
from xstilts.studies.mixed import Mixed, Row, mixed
from xstilts.studies.noised import Drawn, Noised
from xstilts.studies.robust import Line, fit
from xstilts.studies.series import Series, planted, series
from xstilts.studies.trend import Trend, trend

MEAN = "mean"  # in the place of a condition
HARDLY = 0.1  # of all words: where fewer can change, a drop is small whatever the encoder


@dataclass(frozen=True)
class Point:
    """A row of the table: one source on one target under one condition, mean over languages and seeds."""

    target: str
    condition: str
    source: str
    series: str
    size: int | None
    clean: float
    noised: float
    drop: Difference
    near_chance: bool
    relative: float | None
    """The drop as a share of what is above chance; None near chance."""
    lost: float | None
    """The share of answers that the condition makes wrong."""
    effective: Interval | None
    """Points above the line of models without intermediate data; None where no line can be fitted."""


@dataclass(frozen=True)
class Answer:
    """Does the drop of one target go with the size of one series? `condition` may be the mean over all."""

    target: str
    condition: str
    series: Series
    trend: Trend
    change: Difference
    """The drop with the most data minus that with the least."""
    near_chance: tuple[str, ...]
    """Sources with nothing to lose."""
    p: float | None
    """Two-sided, of Page's test; after Holm's correction over all targets and series."""
    mixed: Mixed | None = None

    @property
    def verdict(self) -> str:
        """`grows`, `falls`, or why nothing is decided: `chance`, `seed` (there is one), `open`."""
        if self.near_chance:
            return "chance"
        if self.trend.seeds == 1:
            return "seed"
        low, high = self.trend.low, self.trend.high
        if self.p is None or low is None or high is None or self.p >= 1 - LEVEL or low <= 0 <= high:
            return "open"
        return "grows" if low > 0 else "falls"


@dataclass(frozen=True)
class Planted:
    """What noise in the training data takes from the drop of one target, mean over conditions."""

    target: str
    noised: str
    clean: str
    saved: Difference
    p: float
    """After Holm's correction over all planted rows and targets."""

    @property
    def found(self) -> bool:
        """Whether the noised row is the more robust one."""
        return self.saved.mean > 0 and self.p < 1 - LEVEL


@dataclass(frozen=True)
class Silence:
    """The drop of a random encoder in languages that it saw nothing of, mean over conditions."""

    target: str
    control: str
    drop: Difference

    @property
    def silent(self) -> bool:
        """Whether the drop may be zero."""
        return self.drop.low is not None and self.drop.high is not None and self.drop.low <= 0 <= self.drop.high


@dataclass(frozen=True)
class Measured:
    """All that the page and its figures are made of."""

    points: list[Point]
    answers: list[Answer]
    by_condition: list[Answer]
    planted: list[Planted]
    silence: list[Silence]
    lines: dict[tuple[str, str], Line | None]
    hardly: dict[tuple[str, str], list[str]]
    """Target and condition -> languages in which it can change less than a tenth of the words."""
    fewer: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    """Target and condition -> language -> rows, where a published set has a part of the clean rows."""


def measure(params: Params, targets: Sequence[Noised]) -> Measured:
    """Measure everything."""
    points, lines = [], {}
    for one in targets:
        for condition in one.conditions:
            line, effective = effective_robustness(params, one, condition)
            lines[one.name, condition] = line
            points += [point(params, one, condition, source, effective.get(source)) for source in one.sources]
    groups = series(params)
    found = [answer(one, group, one.conditions) for one in targets for group in groups]
    single = [answer(one, group, [name]) for one in targets for group in groups for name in one.conditions]
    hardly = {
        (one.name, condition): [language for language in one.languages(condition)
                                if one.able.get((condition, language), 1.0) < HARDLY]
        for one in targets for condition in one.conditions
    }  # fmt: skip
    fewer = {(one.name, condition): rows for one in targets for condition, rows in one.fewer.items() if rows}
    checks = plants(params, targets), silences(params, targets)
    return Measured(points, corrected(found), corrected(single), *checks, lines, hardly, fewer)


def point(params: Params, one: Noised, condition: str, source: str, effective: Drawn | None) -> Point:
    """A row of the table."""
    languages = one.languages(condition)
    clean = float(one.clean_mean(source, condition, languages).observed.mean())
    drop, chance = one.drop(source, condition), one.chance_mean(condition, languages)
    near = one.near_chance(source, condition)
    recipe = params.sources[source].recipe
    name = next((group.name for group in series(params) if source in group.sources), "")
    return Point(
        one.name, condition, source, name, recipe.max_examples if recipe else None, clean,
        clean - float(drop.observed.mean()), drop.estimate, near,
        None if near else float(drop.observed.mean()) / (clean - chance),
        one.lost.get((source, condition)), effective.estimate if effective else None,
    )  # fmt: skip


def reference(params: Params, one: Noised) -> list[str]:
    """The sources that had no intermediate data: `none` and controls."""
    return [name for name in one.sources if name == BASELINE or params.sources[name].control]


def effective_robustness(params: Params, one: Noised, condition: str) -> tuple[Line | None, dict[str, Drawn]]:
    """The line through the models without intermediate data, a point for each language and seed; and what each source
    has above it, which is fitted again on every drawn test set."""
    languages = one.languages(condition)

    def scores(of: Callable[[str, str, str], Drawn], source: str) -> tuple[np.ndarray, np.ndarray]:
        every = [of(source, language, condition) for language in languages]
        return np.stack([x.observed for x in every]), np.stack([x.resampled for x in every], axis=1)

    clean, noised = ({source: scores(of, source) for source in one.sources} for of in (one.clean, one.scores))
    base = reference(params, one)

    def through(draw: int | None) -> Line | None:
        x, y = (
            np.concatenate([(part[source][0] if draw is None else part[source][1][draw]).ravel() for source in base])
            for part in (clean, noised)
        )
        return fit(list(x), list(y))

    line = through(None)
    if line is None:
        return None, {}
    draws = [through(draw) or line for draw in range(len(one.target.resampled))]
    found = {}
    for source in one.sources:
        (seen, drawn), (under, under_drawn) = clean[source], noised[source]
        above = [own.above(x, y).mean(axis=0) for own, x, y in zip(draws, drawn, under_drawn, strict=True)]
        found[source] = Drawn(line.above(seen, under).mean(axis=0), np.stack(above))
    return line, found


def answer(one: Noised, group: Series, conditions: Sequence[str]) -> Answer:
    """Whether the drop goes with the size of one series; p is not corrected yet."""
    of = replace(one, conditions=conditions)
    drops = [of.mean_drop(source) for source in group.sources]
    found = trend(
        group.sizes, np.stack([drop.observed for drop in drops]), np.stack([drop.resampled for drop in drops], axis=1),
        f"{one.name}/{group.name}/{'+'.join(conditions)}",
    )  # fmt: skip
    near = tuple(name for name in group.sources if any(one.near_chance(name, each) for each in conditions))
    p = None if found.rising is None or found.falling is None else min(1.0, 2 * min(found.rising, found.falling))
    whole = len(conditions) > 1 or list(one.conditions) == list(conditions)
    model = mixed(rows(one, group)) if whole and not near else None
    label = MEAN if whole else conditions[0]
    return Answer(one.name, label, group, found, (drops[-1] - drops[0]).estimate, near, p, model)


def rows(one: Noised, group: Series) -> list[Row]:
    """What the mixed model is fitted on: a value for each training, language and condition."""
    found = []
    for size, source in zip(group.sizes, group.sources, strict=True):
        for condition in one.conditions:
            for language in one.languages(condition):
                clean, noised = one.clean(source, language, condition), one.scores(source, language, condition)
                for seed, (x, y) in enumerate(zip(clean.observed, noised.observed, strict=True)):
                    found.append(Row(size, condition, language, seed, float(x), float(x - y)))
    return found


def corrected(answers: Sequence[Answer]) -> list[Answer]:
    """The same with Holm's correction over all that have a p."""
    adjusted = iter(holm([one.p for one in answers if one.p is not None]))
    return [one if one.p is None else replace(one, p=next(adjusted)) for one in answers]


def plants(params: Params, targets: Sequence[Noised]) -> list[Planted]:
    """Every noised source against the same without noise, on every target."""
    found = []
    for one in targets:
        for noised, clean in planted(params).items():
            saved = (one.mean_drop(clean) - one.mean_drop(noised)).estimate
            found.append(Planted(one.name, noised, clean, saved, saved.p))
    adjusted = holm([one.p for one in found])
    return [replace(one, p=p) for one, p in zip(found, adjusted, strict=True)]


def silences(params: Params, targets: Sequence[Noised]) -> list[Silence]:
    """Every control of random weights on every target, English left out; none where all conditions are English."""
    controls = [name for name, source in params.sources.items() if source.init == "random"]
    found = []
    for one in targets:
        foreign = [language for language in one.target.sample.languages if language != "en" and "@" not in language]
        if any(language in foreign for condition in one.conditions for language in one.languages(condition)):
            found += [Silence(one.name, name, one.mean_drop(name, foreign).estimate) for name in controls]
    return found
