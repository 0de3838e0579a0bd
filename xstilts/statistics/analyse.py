"""From resampled scores to what stands in `results/statistics.json`, and to the gains by language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from xstilts import paths
from xstilts.scoring.cells import rounded
from xstilts.seeding import Seeds
from xstilts.statistics.bootstrap import resampled_scores
from xstilts.statistics.collect import Sample
from xstilts.statistics.inference import LEVEL, Difference, difference, holm, percentile_interval, t_interval
from xstilts.statistics.languages import Language, by_factor

BASELINE = "none"
MEAN = "mean"  # in the place of a language
CONDITIONS = (
    "drop: clean minus noised of the same rows, mean over seeds and over the languages in which the condition changes "
    "anything; interval as of gains, both sets on the same draws; clean_error: standard error of the clean mean over "
    "units"
)
Row = dict[str, Any]
METHODS = {
    "scores": "percentile bootstrap over test units: other test sets, the same model",
    "seeds": "Student's t over seeds, of means over languages: other trainings, the same test set; none with one seed",
    "gains": "mean over seeds and languages against `none`; margins over seeds (Student's t), over units (bootstrap, "
    "the same for all seeds and both sources), in quadrature; with one seed over units alone; collapsed ones are in it",
    "p_holm": "Holm over the targets of a source",
    "better": "gain above 0 and p_holm below 1 - level, with at least two seeds; worse: the same below 0",
}  # fmt: skip


@dataclass(frozen=True)
class Target:
    """The scores of one target: on its test set, and on resamples of it."""

    sample: Sample
    observed: np.ndarray  # run x language
    resampled: np.ndarray  # resample x run x language

    @classmethod
    def of(cls, sample: Sample, resamples: int, seeds: Seeds) -> Target:
        """Score and resample a target."""
        drawn = resampled_scores(sample, resamples, seeds)
        observed = [sample.scores(language) for language in sample.languages]
        return cls(sample, np.stack(observed, axis=-1), np.stack([drawn[one] for one in sample.languages], axis=-1))

    def places(self, source: str) -> list[int]:
        """The runs of one source, in the order of the seeds."""
        return [place for place, run in enumerate(self.sample.runs) if run[0] == source]


@dataclass
class Statistics:
    """All targets of a params file, one after the other, so that one target's counts are in memory at a time."""

    sources: Sequence[str]
    units: dict[str, str] = field(default_factory=dict)
    scores: list[Row] = field(default_factory=list)
    by_seeds: list[Row] = field(default_factory=list)
    gains: list[Row] = field(default_factory=list)
    by_language: list[Row] = field(default_factory=list)
    conditions: list[Row] = field(default_factory=list)
    noised_scores: list[Row] = field(default_factory=list)

    def add(self, target: Target) -> None:
        """Intervals and differences of one target."""
        self.units[target.sample.target] = target.sample.unit
        self.scores += score_rows(target)
        self.by_seeds += [seed_row(target, source) for source in self.sources]
        if BASELINE not in self.sources:
            return
        for source in self.sources:
            if source != BASELINE:
                self.gains.append(gain_row(target, source))
                self.by_language += language_rows(target, source)

    def add_conditions(self, target: Target, conditions: Sequence[str]) -> None:
        """What each condition takes from every source of one target."""
        for source, condition in product(self.sources, conditions):
            self.conditions += condition_rows(target, source, condition)
        self.noised_scores += [row for row in score_rows(target) if row["language"].partition("@")[2] in conditions]

    def content(self, resamples: int) -> Row:
        """What stands in `results/statistics.json`."""
        settings = {"samples": resamples, "level": LEVEL, "unit": self.units, "methods": METHODS}
        gains = with_holm(self.gains)
        whole = {"settings": settings, "scores": self.scores, "seeds": self.by_seeds, "gains": gains}
        if not self.conditions:
            return whole
        noised = {"method": CONDITIONS, "rows": self.conditions, "scores": self.noised_scores}
        return {**whole, "conditions": noised}


def score_rows(target: Target) -> list[Row]:
    """The interval over examples of every source, seed and language."""
    rows = []
    for (place, run), (column, language) in product(enumerate(target.sample.runs), enumerate(target.sample.languages)):
        one = percentile_interval(target.observed[place, column], target.resampled[:, place, column])
        name = {"source": run[0], "target": target.sample.target, "seed": run[1], "language": language}
        rows.append({**name, "mean": rounded(one.mean), "low": short(one.low), "high": short(one.high)})
    return rows


def seed_row(target: Target, source: str) -> Row:
    """The two intervals of a source's mean over languages and seeds, the figure of the main table."""
    places = target.places(source)
    means = target.observed[places].mean(axis=1)
    one, name = t_interval(list(means)), {"source": source, "target": target.sample.target}
    examples = percentile_interval(one.mean, target.resampled[:, places].mean(axis=(1, 2)))
    return {
        **name, "mean": rounded(one.mean), "low": short(one.low), "high": short(one.high), "n": len(means),
        "examples_low": short(examples.low), "examples_high": short(examples.high),
    }  # fmt: skip


def gain_row(target: Target, source: str) -> Row:
    """The gain of one source over `none`, and of each seed."""
    observed, one = _gain(target, source, target.observed.mean(axis=-1), target.resampled.mean(axis=-1))
    by_seed = [short(value) for value in observed]
    name = {"source": source, "target": target.sample.target}
    return {**name, **_gain_columns(one), "p": one.p, "seeds": len(by_seed), "by_seed": by_seed}


def language_rows(target: Target, source: str) -> list[Row]:
    """The gain of one source in every language."""
    rows = []
    for column, language in enumerate(target.sample.languages):
        _, one = _gain(target, source, target.observed[..., column], target.resampled[..., column])
        name = {"source": source, "target": target.sample.target, "language": language}
        rows.append({**name, **_gain_columns(one)})
    return rows


def condition_rows(target: Target, source: str, condition: str) -> list[Row]:
    """What a condition takes from a source: over all languages in which it changes anything, and in each of them."""
    places, labels = target.places(source), target.sample.languages
    there = [one for one in labels if paths.under(one, condition) in labels]
    clean = {one: labels.index(target.sample.before(one, condition)) for one in there}
    noised = {one: labels.index(paths.under(one, condition)) for one in clean}
    rows = []
    for language in [MEAN, *clean] if clean else []:
        chosen = [*clean] if language == MEAN else [language]
        pairs = [
            (whole[:, places][:, :, [clean[one] for one in chosen]].mean(axis=-1),
             whole[:, places][:, :, [noised[one] for one in chosen]].mean(axis=-1))
            for whole in (target.observed[np.newaxis], target.resampled)
        ]  # fmt: skip
        (before, after), (drawn_before, drawn_after) = pairs
        one = difference(before[0] - after[0], drawn_before - drawn_after)
        rows.append({
            "source": source, "target": target.sample.target, "condition": condition, "language": language,
            "languages": len(chosen), "clean": rounded(before.mean()), "noised": rounded(after.mean()),
            "drop": rounded(one.mean), "low": short(one.low), "high": short(one.high),
            "clean_error": short(drawn_before.mean(axis=1).std(ddof=1)),
        })  # fmt: skip
    return rows


def _gain(target: Target, source: str, observed: np.ndarray, resampled: np.ndarray) -> tuple[np.ndarray, Difference]:
    """(gain by seed, their mean with interval and p) from scores by run."""
    own, other = target.places(source), target.places(BASELINE)
    gains = observed[own] - observed[other]
    return gains, difference(gains, resampled[:, own] - resampled[:, other])


def _gain_columns(one: Difference) -> Row:
    return {"gain": rounded(one.mean), "low": short(one.low), "high": short(one.high)}


def with_holm(gains: Sequence[Row]) -> list[Row]:
    """The gains with adjusted p-values, one family a source, and what follows from them."""
    adjusted = adjust(gains, "source")
    decided = [row["seeds"] > 1 and p is not None and p < 1 - LEVEL for row, p in zip(gains, adjusted, strict=True)]
    return [
        {**row, "p": significant(row["p"]), "p_holm": significant(p),
         "better": yes and row["gain"] > 0, "worse": yes and row["gain"] < 0}
        for row, p, yes in zip(gains, adjusted, decided, strict=True)
    ]  # fmt: skip


def adjust(rows: Sequence[Row], family: str) -> list[float | None]:
    """Holm's correction of the column `p` within each value of `family`; where there is no p, none."""
    adjusted: list[float | None] = [None] * len(rows)
    for name in dict.fromkeys(row[family] for row in rows):
        own = [place for place, row in enumerate(rows) if row[family] == name and row["p"] is not None]
        for place, value in zip(own, holm([rows[place]["p"] for place in own]), strict=True):
            adjusted[place] = value
    return adjusted


def analysis_rows(by_language: Sequence[Row], table: Mapping[str, Language], factors: Sequence[str]) -> list[Row]:
    """Rank correlations of gains with facts about languages; Holm over all targets and factors of a source."""
    gains: dict[tuple[str, str], dict[str, float]] = {}
    for row in by_language:
        gains.setdefault((row["source"], row["target"]), {})[row["language"]] = row["gain"]
    rows: list[Row] = []
    for (source, target), own in gains.items():
        for factor, one in by_factor(own, table, factors):
            name = {"source": source, "target": target, "factor": factor, "languages": one.languages}
            rows.append({**name, "rho": short(one.rho), "p": one.p})
    adjusted = adjust(rows, "source")
    return [
        {**row, "p": significant(row["p"]), "p_holm": significant(p)} for row, p in zip(rows, adjusted, strict=True)
    ]


def short(value: float | None) -> float | None:
    """Four decimals: of a resampled figure the second is already chance."""
    return None if value is None else round(float(value), 4) + 0.0


def significant(p: float | None) -> float | None:
    """A p-value with three significant digits."""
    return None if p is None else float(f"{p:.3g}")
