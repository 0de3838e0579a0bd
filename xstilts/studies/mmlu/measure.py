"""What the study of exams measures: accuracy above guessing by source, and what intermediate training changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from xstilts.families.choice.scoring.score import EXAM
from xstilts.statistics.analyse import BASELINE
from xstilts.statistics.inference import LEVEL, Difference, holm
from xstilts.studies.kept import Run
from xstilts.studies.noised import Drawn, Noised, drawn_of, mean_of, read_noised

ORDER = "option-order"  # the condition under which options change places


@dataclass(frozen=True)
class Compared:
    """A difference between two sources on one exam; `p` after Holm's correction over all comparisons of its kind."""

    by: Difference
    p: float

    def verdict(self, seeds: int) -> str:
        """`more`, `less`, `seed` (there is one: nothing is known of other trainings) or `open`."""
        if seeds == 1:
            return "seed"
        return "open" if self.p >= 1 - LEVEL or self.by.mean == 0 else "more" if self.by.mean > 0 else "less"


@dataclass(frozen=True)
class Level:
    """A row of the table: one source on one exam, mean over languages and seeds. Figures are points, 0 to 100."""

    target: str
    source: str
    kind: str
    """`record` for a row, else `random` or `ablated`: the question hidden."""
    languages: dict[str, Difference]
    """Language -> accuracy above guessing."""
    chance: float
    above: Compared
    """Accuracy above guessing: is it 0?"""
    gain: Compared | None = None
    """Over `none`, of a row."""
    seen: Compared | None = None
    """Over the control whose question is hidden, of a row."""
    moved: Difference | None = None
    """What accuracy loses when options change places."""
    lost: float | None = None
    """Percent of answers that then are wrong and were right."""

    @property
    def accuracy(self) -> float:
        """The mean accuracy itself."""
        return self.chance + self.above.by.mean

    @property
    def is_above(self) -> bool:
        """Whether it is better than guessing."""
        return self.above.p < 1 - LEVEL and self.above.by.mean > 0


def measure(run: Run) -> list[Level]:
    """All exams of a run, each with all of its sources."""
    exams = [read_noised(run, target) for target, document in run.documents.items() if document["metric"] == EXAM]
    return compare(exams, {source: run.params.row_kind(source) for source in run.params.sources})


def compare(exams: Sequence[Noised], kinds: Mapping[str, str]) -> list[Level]:
    """The levels of exams, with p-values after Holm's correction. `kinds`: source -> what it is."""
    levels = [level(exam, source, kinds) for exam in exams for source in exam.sources]
    for name in ("above", "gain", "seen"):
        levels = _with_holm(levels, name)
    return levels


def level(exam: Noised, source: str, kinds: Mapping[str, str]) -> Level:
    """One source on one exam; p-values are those of the single comparisons."""
    languages = [one for one in exam.target.sample.languages if "@" not in one]
    own = {one: _above(exam, source, one) for one in languages}
    whole, moved, lost = mean_of([*own.values()]), None, None
    for condition in exam.conditions:
        if condition.startswith(ORDER):
            moved, lost = exam.drop(source, condition).estimate, 100 * exam.lost[source, condition]

    def over(other: str) -> Compared | None:
        if other not in exam.sources or kinds[source] != "record" or other == source:
            return None
        return _compared(whole - mean_of([_above(exam, other, one) for one in languages]))

    hidden = next((one for one, kind in kinds.items() if kind == "ablated"), "")
    return Level(
        exam.name, source, kinds[source], {one: drawn.estimate for one, drawn in own.items()},
        float(np.mean([exam.chance[one] for one in languages])), _compared(whole), over(BASELINE), over(hidden), moved,
        lost,
    )  # fmt: skip


def _above(exam: Noised, source: str, language: str) -> Drawn:
    """Accuracy less guessing by seed, on the test set and on drawn ones."""
    own, chance = drawn_of(exam.target, source, language), exam.chance[language]
    return Drawn(own.observed - chance, own.resampled - chance)


def _compared(drawn: Drawn) -> Compared:
    return Compared(drawn.estimate, drawn.estimate.p)


def _with_holm(levels: Sequence[Level], name: str) -> list[Level]:
    """The levels with the p-values of one kind of comparison corrected for how many there are."""
    places = [place for place, one in enumerate(levels) if getattr(one, name)]
    found = [*levels]
    for place, p in zip(places, holm([getattr(levels[place], name).p for place in places]), strict=True):
        found[place] = replace(found[place], **{name: replace(getattr(found[place], name), p=p)})
    return found
