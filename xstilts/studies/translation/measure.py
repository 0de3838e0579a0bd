"""What noise in the source does to translations: clean scores, ratios by level, consistency, and arms compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise, product

import numpy as np

from xstilts import paths
from xstilts.families.translation.scoring import units
from xstilts.params import Params
from xstilts.params.conditions import parse
from xstilts.seeding import Seeds
from xstilts.statistics.analyse import Target
from xstilts.statistics.collect import Sample
from xstilts.statistics.inference import LEVEL, Difference, holm
from xstilts.statistics.tables import RESAMPLES
from xstilts.studies.kept import Run
from xstilts.studies.noised import Drawn, drawn_of, mean_of

NONE = "none"
ENGLISH = "en"
CLEAN, AREA, CONSISTENCY = "clean chrF++", "area of R", "consistency"
SIDES = {"from English": lambda direction: direction.startswith(f"{ENGLISH}-"),
         "into English": lambda direction: direction.endswith(f"-{ENGLISH}")}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One source in one direction of one test set, under one condition."""

    target: str
    direction: str
    source: str
    condition: str
    level: float
    clean: float
    noised: float
    ratio: Difference  # noised over clean, in percent
    consistency: float
    off_clean: float  # percent of translations in the language of the source
    off_noised: float
    copy: float  # what the source, copied, gets
    above_copy: bool  # whether the clean score is above that; if not, the ratio means nothing


@dataclass(frozen=True)
class Comparison:
    """One arm beside `none`: a quantity, mean over the directions of one side in which both are above the copy."""

    target: str
    side: str
    source: str
    quantity: str
    directions: Sequence[str]
    gain: Difference | None  # None where no direction is left
    p: float | None = None  # after Holm's correction over all comparisons

    def verdict(self, seeds: int) -> str:
        """`gain` or `loss` where it is claimed, else `open`; `nothing` where there is nothing to compare."""
        if self.gain is None:
            return "nothing"
        if seeds < 2 or self.p is None or self.p >= 1 - LEVEL:
            return "open"
        return "gain" if self.gain.mean > 0 else "loss"


@dataclass(frozen=True)
class Measured:
    """All of it."""

    points: Sequence[Point]
    comparisons: Sequence[Comparison]
    learnt: Mapping[tuple[str, str], tuple[float, float]]
    """Target and direction -> percent of rows that stand in the training set; what `none` gets without them, minus what
    it gets with them."""
    clean: Mapping[tuple[str, str, str], float]
    """Target, direction and source -> clean chrF++, mean over seeds."""


@dataclass(frozen=True)
class Scores:
    """One target on drawn test sets: chrF++ against references, and against the translations of clean sources."""

    target: Target
    again: Target | None  # the latter; None of a target without conditions
    sums: Mapping[str, np.ndarray]  # label -> run x statistic, of the test set as it is
    conditions: Sequence[str]
    copy: Mapping[str, float]

    @property
    def directions(self) -> list[str]:
        """Directions, in the order of the parameters."""
        return [one for one in self.target.sample.languages if "@" not in one]

    def drawn(self, source: str, direction: str, condition: str | None = None) -> Drawn:
        """chrF++ of one source."""
        return drawn_of(self.target, source, paths.under(direction, condition))

    def ratio(self, source: str, direction: str, condition: str) -> Drawn:
        """Noised over clean, in percent."""
        return _over(self.drawn(source, direction, condition), self.drawn(source, direction))

    def consistency(self, source: str, direction: str, condition: str) -> Drawn:
        """chrF++ of what is said of noised sources, against what is said of clean ones."""
        assert self.again  # a condition of this target
        return drawn_of(self.again, source, paths.under(direction, condition))

    def mean_consistency(self, source: str, direction: str) -> Drawn:
        """Mean over the conditions."""
        return mean_of([self.consistency(source, direction, one) for one in self._there(direction)])

    def area(self, source: str, direction: str) -> Drawn:
        """The mean of R from no noise to the highest level, by trapezoids; over perturbations their mean. In percent:
        100 loses nothing."""
        by_name: dict[str, list[tuple[float, str]]] = {}
        for one in self._there(direction):
            by_name.setdefault(parse(one).name, []).append((parse(one).level, one))
        whole = Drawn(np.full_like(self.drawn(source, direction).observed, 100.0),
                      np.full_like(self.drawn(source, direction).resampled, 100.0))  # fmt: skip
        return mean_of([
            _trapezoids([(0.0, whole), *((level, self.ratio(source, direction, one)) for level, one in sorted(levels))])
            for levels in by_name.values()
        ])  # fmt: skip

    def share(self, source: str, label: str, column: int) -> float:
        """Percent of translations of which a column of the counts is 1, over all seeds."""
        own = self.sums[label][self.target.places(source)].sum(axis=0)
        return float(100 * own[column] / own[units.ROWS])

    def above_copy(self, source: str, direction: str) -> bool:
        """Whether the clean score is above that of the source, copied."""
        return float(self.drawn(source, direction).observed.mean()) > self.copy[direction]

    def _there(self, direction: str) -> list[str]:
        return [one for one in self.conditions if paths.under(direction, one) in self.target.sample.languages]


def read_scores(run: Run, target: str, resamples: int = RESAMPLES) -> Scores:
    """Take the scores of one target of translation, and draw test sets."""
    conditions = list(run.params.conditions.get(target, ()))
    sample = run.sample(target, conditions)
    copy = {one: level for one, level in run.documents[target]["chance"].items() if "@" not in one}
    return scores_of(sample, conditions, copy, resamples)


def scores_of(
    sample: Sample, conditions: Sequence[str], copy: Mapping[str, float], resamples: int = RESAMPLES
) -> Scores:
    """The same from a sample."""
    clean = _columns(sample, units.MAIN, sample.languages)
    labels = [one for one in sample.languages if "@" in one]
    again = Target.of(_columns(sample, units.BEFORE, labels), resamples, Seeds("studies")) if labels else None
    sums = {label: counts.sum(axis=0, dtype=np.float64) for label, counts in sample.counts.items()}
    return Scores(
        Target.of(clean, resamples, Seeds("studies")), again, sums,
        [one for one in conditions if any(label.endswith(f"@{one}") for label in sample.languages)], copy,
    )  # fmt: skip


def measure(params: Params, every: Sequence[Scores], documents: Mapping[str, Mapping[str, object]]) -> Measured:
    """Points of all targets, and all arms beside `none`, with one correction over all comparisons."""
    points = [one for scores in every for one in points_of(params, scores)]
    found = [one for scores in every for one in comparisons(params, scores)]
    known = [one for one in found if one.gain is not None]
    adjusted = holm([one.gain.p for one in known if one.gain])
    corrected = dict(zip(map(id, known), adjusted, strict=True))
    learnt = {key: value for name, document in documents.items() for key, value in _learnt(name, document).items()}
    clean = {
        (scores.target.sample.target, direction, source): float(scores.drawn(source, direction).observed.mean())
        for scores in every for direction, source in product(scores.directions, params.sources)
    }  # fmt: skip
    return Measured(points, [replace(one, p=corrected.get(id(one))) for one in found], learnt, clean)


def points_of(params: Params, scores: Scores) -> list[Point]:
    """A point a direction, source and condition."""
    found = []
    for direction, source, condition in product(scores.directions, params.sources, scores.conditions):
        label = paths.under(direction, condition)
        if label not in scores.target.sample.languages:
            continue
        found.append(Point(
            scores.target.sample.target, direction, source, condition, parse(condition).level,
            float(scores.drawn(source, direction).observed.mean()),
            float(scores.drawn(source, direction, condition).observed.mean()),
            scores.ratio(source, direction, condition).estimate,
            float(scores.consistency(source, direction, condition).observed.mean()),
            scores.share(source, direction, units.OFF), scores.share(source, label, units.OFF),
            scores.copy[direction], scores.above_copy(source, direction),
        ))  # fmt: skip
    return found


def comparisons(params: Params, scores: Scores) -> list[Comparison]:
    """Every arm beside `none`, on both sides. The clean score stands beside every other quantity."""
    quantities: dict[str, Callable[[str, str], Drawn]] = {CLEAN: scores.drawn}
    if scores.conditions:
        quantities |= {AREA: scores.area, CONSISTENCY: scores.mean_consistency}
    found = []
    for source, (side, fits), (name, of) in product(params.sources, SIDES.items(), quantities.items()):
        if source == NONE or NONE not in params.sources:
            continue
        chosen = [one for one in scores.directions if fits(one)
                  and (name == CLEAN or all(scores.above_copy(arm, one) for arm in (source, NONE)))]  # fmt: skip
        gain = mean_of([of(source, one) - of(NONE, one) for one in chosen]).estimate if chosen else None
        found.append(Comparison(scores.target.sample.target, side, source, name, chosen, gain))
    return found


def _learnt(target: str, document: Mapping[str, object]) -> dict[tuple[str, str], tuple[float, float]]:
    cells = document["cells"]
    assert isinstance(cells, list)
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for cell in cells:
        if cell["source"] == NONE and "condition" not in cell and cell["scores"]["seen"]:
            scores = cell["scores"]
            change = scores.get("chrf2++_unseen", scores["chrf2++"]) - scores["chrf2++"]
            found.setdefault((target, cell["language"]), (scores["seen"], change))
    return found


def _columns(sample: Sample, columns: slice, labels: Sequence[str]) -> Sample:
    """The sample with some of its counts alone, for some of its labels."""
    return replace(
        sample, counts={one: sample.counts[one][..., columns] for one in labels},
        units={one: sample.units[one] for one in labels},
    )  # fmt: skip


def _over(one: Drawn, other: Drawn) -> Drawn:
    """One in percent of the other; 100 where both are 0: nothing is lost."""
    return Drawn(_percent(one.observed, other.observed), _percent(one.resampled, other.resampled))


def _percent(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.divide(100 * part, whole, out=np.full_like(part, 100.0), where=whole > 0)
    return found


def _trapezoids(levels: Sequence[tuple[float, Drawn]]) -> Drawn:
    """The mean height of a line through values at levels."""
    parts = [
        (high - low, Drawn((one.observed + other.observed) / 2, (one.resampled + other.resampled) / 2))
        for (low, one), (high, other) in pairwise(levels)
    ]
    width = levels[-1][0] - levels[0][0]
    if not width:  # the level 0 alone
        return levels[-1][1]
    weighted = [Drawn(own / width * part.observed, own / width * part.resampled) for own, part in parts]
    return reduce(lambda a, b: Drawn(a.observed + b.observed, a.resampled + b.resampled), weighted)
