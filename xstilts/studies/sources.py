"""The numbers of the study of source languages: gains with intervals, what they go with, and its controls.

Every comparison of languages is made where all sources are zero-shot: in the languages that none was trained in,
English left out. A source's gain in its own language is kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xstilts.errors import InputError
from xstilts.params import Params, Source
from xstilts.seeding import Seeds
from xstilts.statistics.analyse import BASELINE, Target
from xstilts.statistics.inference import Difference, difference, holm
from xstilts.statistics.languages import read_languages
from xstilts.studies.distance import MEASURES, Effect, Pairs, between, within
from xstilts.studies.kept import Run
from xstilts.studies.partial import Partial, Row, partial

RESAMPLES = 1000
ENGLISH = "en"
POWER = 2.8 / 1.96  # of half an interval: what is found four times in five


def language_of(name: str, source: Source) -> str:
    """The one language that a source is trained in. Raises `InputError` if there are several."""
    replaced = source.translated is not None and source.translated.mode == "replace"
    languages = [*([] if replaced else source.languages), *(source.translated.languages if source.translated else [])]
    if len(languages) != 1:
        raise InputError(f"sources.{name}: found the languages {', '.join(languages)}, expected one in this study")
    return languages[0]


@dataclass(frozen=True)
class Contrast:
    """A source against the one with the same sentence pairs in English, on one target."""

    source: str
    english: str
    target: str
    gain: Difference
    p_holm: float


@dataclass(frozen=True)
class Study:
    """All that the table, the figure and the page are made of."""

    params: Params
    distances: Mapping[str, Pairs]
    primary: str
    primary_targets: Sequence[str]
    targets: Mapping[str, Target]
    same_pairs: Mapping[str, str]

    @classmethod
    def read(
        cls, run: Run, distances: Mapping[str, Pairs], primary: str, targets: Sequence[str],
        same_pairs: Mapping[str, str],
    ) -> Study:  # fmt: skip
        """Take the scores of all targets, and draw their test sets."""
        params = run.params
        if BASELINE not in params.sources:
            raise InputError(f"sources: found no '{BASELINE}' that is finished, expected it: gains are over it")
        found = {
            target: Target.of(run.sample(target, ()), RESAMPLES, Seeds("studies"))
            for target in params.target_families()
        }
        return cls(params, distances, primary, [one for one in targets if one in found], found, same_pairs)

    @cached_property
    def languages(self) -> dict[str, str]:
        """Source -> its language, of the sources that the question is about."""
        return {
            name: language_of(name, source)
            for name, source in self.params.sources.items()
            if source.tasks and not (source.shuffle_labels or source.ablate or source.control)
        }

    @cached_property
    def shuffled(self) -> dict[str, str]:
        """The sources with shuffled labels, and their languages."""
        every = self.params.sources.items()
        return {name: language_of(name, source) for name, source in every if source.shuffle_labels}

    def common(self, target: str) -> list[str]:
        """The languages of a target that no source was trained in."""
        seen = {ENGLISH, *self.languages.values(), *self.shuffled.values()}
        return [one for one in self.targets[target].sample.languages if "@" not in one and one not in seen]

    def halves(self, target: str, source: str) -> tuple[list[str], list[str]]:
        """The common languages nearer to a source's language by the primary measure, and the farther ones. The middle
        one is far; a language without a distance is in neither."""
        language, measure = {**self.languages, **self.shuffled}[source], self.distances[self.primary]
        known = [one for one in self.common(target) if (language, one) in measure]
        order = sorted(known, key=lambda one: (measure[language, one], one))
        return order[: len(order) // 2], order[len(order) // 2 :]

    def gain(self, source: str, target: str, languages: Sequence[str], against: str = BASELINE) -> Difference | None:
        """The mean gain in some languages with its interval; None where there are none."""
        whole = self.targets[target]
        columns = [whole.sample.languages.index(one) for one in languages if one in whole.sample.languages]
        if not columns:
            return None
        own, other = whole.places(source), whole.places(against)
        observed, drawn = whole.observed[:, columns].mean(axis=1), whole.resampled[:, :, columns].mean(axis=2)
        return difference(observed[own] - observed[other], drawn[:, own] - drawn[:, other])

    def own(self, source: str, target: str) -> Difference | None:
        """The gain in the language that a source was trained in, where the target has it: not zero-shot."""
        return self.gain(source, target, [{**self.languages, **self.shuffled}[source]])

    def by_language(self, target: str, sources: Sequence[str] | None = None) -> dict[str, dict[str, float]]:
        """Source language -> common language -> gain, mean over seeds and over the sources in this language."""
        whole, found = self.targets[target], {}
        none = whole.observed[whole.places(BASELINE)].mean(axis=0)
        chosen = {one: self.languages[one] for one in (sources if sources is not None else self.languages)}
        for language in sorted(set(chosen.values())):
            places = [place for one, own in chosen.items() if own == language for place in whole.places(one)]
            gains = whole.observed[places].mean(axis=0) - none
            columns = {one: whole.sample.languages.index(one) for one in self.common(target)}
            found[language] = {one: float(gains[column]) for one, column in columns.items()}
        return found

    def effect(self, targets: Sequence[str], measure: str, european: bool = True) -> Effect:
        """The slope of gain on one distance within sources, over some targets, also without Indo-European sources."""
        table = read_languages()
        chosen = [
            name for name, language in self.languages.items() if european or not table[language].family.startswith("IE")
        ]
        return within([self.by_language(target, chosen) for target in targets], self.distances[measure])

    def from_english(self, targets: Sequence[str]) -> Effect:
        """The slope of the mean gain of source languages on their distance from English."""
        rows = [self.by_language(target) for target in targets]
        means = {
            language: float(np.mean([np.mean([*row[language].values()]) for row in rows if row[language]]))
            for language in (rows[0] if rows else {})
        }
        measure = self.distances[self.primary]
        known = {language: measure[ENGLISH, language] for language in means if (ENGLISH, language) in measure}
        return between(means, known)

    def effects(self) -> dict[tuple[str, str], Effect]:
        """(targets, measure) -> slope: the primary targets together, then each target."""
        groups = {"+".join(self.primary_targets): self.primary_targets, **{one: [one] for one in self.targets}}
        return {(name, measure): self.effect(group, measure) for name, group in groups.items() for measure in MEASURES}

    def contrasts(self) -> list[Contrast]:
        """Each source against English with the same sentence pairs, on the primary targets; Holm over all of them."""
        found: list[tuple[str, str, str, Difference]] = []
        for source, language in self.languages.items():
            english = [
                one for one, other in self.languages.items()
                if other == ENGLISH and self._pairs(one) == self._pairs(source)
            ]  # fmt: skip
            for target in self.primary_targets if english and language != ENGLISH else ():
                gain = self.gain(source, target, self.common(target), english[0])
                if gain is not None:
                    found.append((source, english[0], target, gain))
        adjusted = holm([gain.p for *_, gain in found])
        return [Contrast(*one, p) for one, p in zip(found, adjusted, strict=True)]

    def _pairs(self, source: str) -> list[str]:
        return [self.same_pairs.get(task, task) for task in self.params.sources[source].tasks]

    def smallest_gain(self, target: str) -> float | None:
        """The mean gain that is found four times in five: from the middle one of the sources' intervals."""
        gains = [self.gain(source, target, self.common(target)) for source in self.languages]
        halves = [(one.high - one.low) / 2 for one in gains if one and one.low is not None and one.high is not None]
        return POWER * float(np.median(halves)) if halves else None

    def mixed(self) -> Partial:
        """The mixed model over the primary targets."""
        measure, rows = self.distances[self.primary], []
        same, text = self.distances["same_script"], self.distances["log_text"]
        for target in self.primary_targets:
            whole = self.targets[target]
            none = whole.observed[whole.places(BASELINE)]
            for source, own in self.languages.items():
                gains = whole.observed[whole.places(source)] - none
                for one in self.common(target):
                    pair = (own, one)
                    if not (pair in measure and pair in same and pair in text and (own, ENGLISH) in measure):
                        continue
                    facts = {"distance": measure[pair], "to_english": measure[own, ENGLISH],
                             "same_script": same[pair], "log_text": text[pair]}  # fmt: skip
                    column = whole.sample.languages.index(one)
                    rows += [
                        Row(source, own, target, one, seed, float(gains[place, column]), facts)
                        for place, seed in enumerate(self.params.seeds)
                    ]
        return partial(rows)


def development(run: Run) -> dict[str, dict[str, float]]:
    """Source -> accuracy, macro-F1 and chance on its own development set, mean over seeds (of classification alone).

    Macro-F1 stands beside accuracy, as 57 % of SICK are neutral and the labels of other sets are balanced."""
    found: dict[str, list[dict[str, float]]] = {}
    for cell in run.development["cells"]:
        if "answers" in cell and len(run.params.sources[cell["source"]].tasks) == 1:
            found.setdefault(cell["source"], []).append(_figures(cell["answers"]))
    return {source: {key: float(np.mean([one[key] for one in own])) for key in own[0]} for source, own in found.items()}


def _figures(answers: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """From label -> answer -> how often to accuracy, macro-F1 and the share of the most frequent label, x 100."""
    pairs = [(label, one) for label, own in answers.items() for one, often in own.items() for _ in range(often)]
    often = max(sum(own.values()) for own in answers.values())
    accuracy = 100 * sum(label == answer for label, answer in pairs) / len(pairs)
    return {"accuracy": accuracy, "macro_f1": macro_f1(pairs, [*answers]), "chance": 100 * often / len(pairs)}


def macro_f1(pairs: Sequence[tuple[str, str]], labels: Sequence[str]) -> float:
    """The mean of the labels' F1 x 100, as in scikit-learn; a label that neither side has counts as 0."""
    each = []
    for one in labels:
        right = sum(label == answer == one for label, answer in pairs)
        marked = sum((label == one) + (answer == one) for label, answer in pairs)
        each.append(200 * right / marked if marked else 0.0)
    return sum(each) / len(each)
