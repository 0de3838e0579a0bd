"""The scores of one target, clean and under its conditions, for every source: on the test set and on drawn ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from xstilts import paths
from xstilts.report.figures.conditions import CLEAR
from xstilts.seeding import Seeds
from xstilts.statistics.analyse import Target
from xstilts.statistics.inference import Difference, difference
from xstilts.statistics.tables import RESAMPLES
from xstilts.studies.kept import Run

POWER = 1.43  # (1.96 + 0.84) / 1.96: a true difference of so many half intervals is seen in four of five studies


@dataclass(frozen=True)
class Drawn:
    """A quantity by seed: on the test set, and on each drawn test set."""

    observed: np.ndarray  # seed
    resampled: np.ndarray  # resample x seed

    def __sub__(self, other: Drawn) -> Drawn:
        return Drawn(self.observed - other.observed, self.resampled - other.resampled)

    @property
    def estimate(self) -> Difference:
        """The mean over seeds, with an interval over seeds and examples."""
        return difference(self.observed, self.resampled)


@dataclass(frozen=True)
class Noised:
    """One target. Controls are among the sources."""

    name: str
    target: Target
    conditions: Sequence[str]
    chance: dict[str, float]
    """Language -> level; `tr@typos` where a condition has fewer rows, and so another level."""
    lost: dict[tuple[str, str], float]
    """Source and condition -> the share of answers that are right on the clean set and wrong under the condition."""

    able: dict[tuple[str, str], float] = field(default_factory=dict)
    """Condition and language -> the share of words that the condition can change, where it looks at words."""
    fewer: dict[str, dict[str, int]] = field(default_factory=dict)
    """Condition -> language -> rows, where a published set has a part of the clean rows."""

    @cached_property
    def sources(self) -> list[str]:
        """Every source, in the order of the parameters."""
        return list(dict.fromkeys(source for source, _ in self.target.sample.runs))

    def languages(self, condition: str) -> list[str]:
        """The languages in which a condition changes anything."""
        labels = self.target.sample.languages
        return [one for one in labels if "@" not in one and paths.under(one, condition) in labels]

    def scores(self, source: str, language: str, condition: str) -> Drawn:
        """The score of one source in one language under a condition."""
        return drawn_of(self.target, source, paths.under(language, condition))

    def clean(self, source: str, language: str, condition: str) -> Drawn:
        """The score on the clean rows that are there under a condition."""
        return drawn_of(self.target, source, self.target.sample.before(language, condition))

    def mean(self, source: str, condition: str, languages: Sequence[str]) -> Drawn:
        """The mean score over languages."""
        return mean_of([self.scores(source, language, condition) for language in languages])

    def clean_mean(self, source: str, condition: str, languages: Sequence[str]) -> Drawn:
        """The mean score over languages on the clean rows that are there under a condition."""
        return mean_of([self.clean(source, language, condition) for language in languages])

    def chance_mean(self, condition: str, languages: Sequence[str]) -> float:
        """The mean chance level over languages of these rows."""
        levels = [self.chance.get(paths.under(one, condition), self.chance[one]) for one in languages]
        return float(np.mean(levels))

    def drop(self, source: str, condition: str, languages: Sequence[str] | None = None) -> Drawn:
        """Clean minus noised, mean over the languages in which the condition changes anything."""
        chosen = self.languages(condition) if languages is None else languages
        return self.clean_mean(source, condition, chosen) - self.mean(source, condition, chosen)

    def mean_drop(self, source: str, languages: Sequence[str] | None = None) -> Drawn:
        """The mean drop over all conditions; `languages`: only these of them."""
        every = []
        for condition in self.conditions:
            changed = self.languages(condition)
            if chosen := [one for one in changed if languages is None or one in languages]:
                every.append(self.drop(source, condition, chosen))
        return mean_of(every)

    def near_chance(self, source: str, condition: str) -> bool:
        """Whether the clean score is less than three standard errors above chance: then there is nothing to lose."""
        languages = self.languages(condition)
        clean = self.clean_mean(source, condition, languages)
        error = float(clean.resampled.mean(axis=1).std(ddof=1))
        return float(clean.observed.mean()) - self.chance_mean(condition, languages) < CLEAR * error


def drawn_of(target: Target, source: str, label: str) -> Drawn:
    """The score of a source in one language, or under a condition: `tr@swap-0.10`."""
    places, column = target.places(source), target.sample.languages.index(label)
    return Drawn(target.observed[places, column], target.resampled[:, places, column])


def mean_of(every: Sequence[Drawn]) -> Drawn:
    """The mean of some quantities, seed by seed and draw by draw."""
    return Drawn(np.mean([one.observed for one in every], axis=0), np.mean([one.resampled for one in every], axis=0))


def read_noised(run: Run, target: str, resamples: int = RESAMPLES) -> Noised:
    """Take the scores of one target, and draw test sets. Conditions that change nothing are left out."""
    asked = list(run.params.conditions.get(target, ()))
    sample, document = run.sample(target, asked), run.documents[target]
    changed = [one for one in asked if any(label.endswith(f"@{one}") for label in sample.languages)]
    lost: dict[tuple[str, str], list[float]] = {}
    for cell in document["cells"]:
        if cell.get("condition") in changed and f"{cell['language']}@{cell['condition']}" in sample.languages:
            flips = cell["flips"]
            lost.setdefault((cell["source"], cell["condition"]), []).append(flips["lost"] / flips["n"])
    share = {key: float(np.mean(values)) for key, values in lost.items()}
    able = {
        (condition, language): counts["words_able"] / counts["words"]
        for condition in changed for language, counts in document["conditions"][condition].items()
        if counts.get("words")
    }  # fmt: skip
    fewer = {
        condition: {language: counts["rows"] for language, counts in document["conditions"][condition].items()
                    if counts.get("rows_missing") and paths.under(language, condition) in sample.languages}
        for condition in changed
    }  # fmt: skip
    drawn = Target.of(sample, resamples, Seeds("studies"))
    return Noised(target, drawn, changed, document["chance"], share, able, fewer)


def detectable(one: Difference) -> float | None:
    """The smallest true difference that four of five such studies would see."""
    return None if one.high is None else POWER * (one.high - one.mean)
