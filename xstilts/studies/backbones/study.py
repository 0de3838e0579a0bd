"""What is committed of the study: a folder a backbone with its scores, contrasts and fertility, and learning rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.records.files import read_json, write_json, write_text
from xstilts.records.forms import check
from xstilts.statistics.inference import LEVEL, holm
from xstilts.statistics.languages import Correlation, correlate
from xstilts.studies.backbones.contrasts import UNSEEN, Between, Contrast, between
from xstilts.studies.backbones.rates import Rate
from xstilts.studies.backbones.rows import MULTILINGUAL, Row, read, to_csv, unseen
from xstilts.studies.fertility import Fertility

ROWS, GAINS, PIECES, ABOUT = "rows.csv", "gains.csv", "fertility.csv", "about.json"
SIZES = "examples.json"
RATES = "rates"  # a folder beside those of the backbones, as another command makes them: <backbone>.csv
FORM = {
    "profile": str, "data": str, "encoder": str, "made_here": bool, "trained_on_pairs": bool, "unfinished": [str],
}  # fmt: skip
FEWEST = 5  # backbones: with four no order of them has a p below 0.05


@dataclass(frozen=True)
class Backbone:
    """What is known of one backbone."""

    about: Mapping[str, Any]
    rows: Sequence[Row]
    contrasts: Sequence[Contrast]
    fertility: Sequence[Fertility]
    rates: Sequence[Rate]

    @property
    def name(self) -> str:
        """The name of its profile."""
        return str(self.about["profile"])

    @property
    def seeds(self) -> list[int]:
        """The seeds of its scores."""
        return sorted({row.seed for row in self.rows})

    def mean(self, target: str, source: str, arm: str) -> float | None:
        """The mean of a row over the languages that no row was trained in, and over seeds; None without such a row.

        Of `none` there is one row, whatever the source."""
        own = [
            row.value
            for row in self.rows
            if row.target == target and row.arm == arm and row.language in self.unseen
            and (arm == "none" or row.source == source)
        ]  # fmt: skip
        return sum(own) / len(own) if own else None

    @cached_property
    def unseen(self) -> set[str]:
        """The languages that are not English, and that no row was trained in."""
        return unseen(self.rows)

    @cached_property
    def test_sets(self) -> dict[str, set[tuple[str, int]]]:
        """target -> (language, rows): what has to be the same where backbones are compared."""
        found: dict[str, set[tuple[str, int]]] = {}
        for row in self.rows:
            found.setdefault(row.target, set()).add((row.language, row.n))
        return found

    def size(self, source: str, languages: str) -> set[int]:
        """The examples of a source."""
        return {row.source_size for row in self.rows if (row.source, row.source_language) == (source, languages)}


def write(folder: Path, one: Backbone) -> None:
    """Write the folder of a backbone, without its learning rates."""
    write_json(folder / ABOUT, dict(one.about))
    write_text(folder / ROWS, to_csv(one.rows))
    write_text(folder / GAINS, to_csv(one.contrasts))
    write_text(folder / PIECES, to_csv(one.fertility))


def read_sizes(folder: Path) -> dict[str, int]:
    """Source -> the number of its examples."""
    content = read_json(folder / SIZES)
    return dict(check(content, dict.fromkeys(content, int), folder / SIZES))


def read_pieces(folder: Path) -> list[Fertility]:
    """How a vocabulary cuts the test sets."""
    return read(folder / PIECES, Fertility)


def read_all(study: Path) -> list[Backbone]:
    """All backbones whose scores are there, by name. Raises `InputError` for a file that is missing or not one of
    these, and where scores and contrasts are not of one run."""
    return [read_one(file.parent) for file in sorted(study.glob(f"*/{ROWS}"))]


def read_one(folder: Path) -> Backbone:
    """One backbone."""
    about = check(read_json(folder / ABOUT), FORM, folder / ABOUT)
    swept = folder.parent / RATES / f"{folder.name}.csv"
    rates = read(swept, Rate) if swept.exists() else []
    found = Backbone(
        about,
        read(folder / ROWS, Row),
        read(folder / GAINS, Contrast),
        read_pieces(folder),
        rates,
    )
    if not found.rows:
        raise InputError(f"{folder / ROWS}: found no row, expected the scores of a backbone")
    for file, names in (
        (ROWS, {row.backbone for row in found.rows}),
        (GAINS, {one.backbone for one in found.contrasts}),
    ):
        if names - {found.name}:
            raise InputError(f"{folder / file}: found the backbone {min(names - {found.name})}, expected {found.name}")
    lists = sorted({(row.source, row.source_language) for row in found.rows if row.arm == MULTILINGUAL})
    for (source, languages), (other, more) in pairwise(lists):
        if source == other:
            raise InputError(
                f"{folder / ROWS}: found {source} in {languages} and in {more}, expected one multilingual row of a task"
            )
    _check_gains(folder, found)
    return found


def _check_gains(folder: Path, found: Backbone) -> None:
    """A gain of contrasts must be that of the scores."""
    for one in found.contrasts:
        if one.languages == UNSEEN:
            base = found.mean(one.target, one.source, one.over)
            if base is None or abs(base - one.base) > 0.01:
                shown = "none" if base is None else f"{base:.2f}"
                raise InputError(
                    f"{folder / GAINS}: {one.target}, {one.source}: found {one.base:.2f} for {one.over}, expected "
                    f"{shown} as in {ROWS}"
                )


@dataclass(frozen=True)
class Claim:
    """A contrast over unseen languages, with p corrected for all that the table claims of its kind."""

    contrast: Contrast
    p: float
    seeds: int

    @property
    def verdict(self) -> str:
        """`gains`, `loses` or `cannot decide`."""
        if self.seeds < 2 or self.p >= 1 - LEVEL:
            return UNDECIDED
        return "gains" if self.contrast.gain > 0 else "loses"


UNDECIDED = "cannot decide"


def claims(backbones: Sequence[Backbone], languages: str = UNSEEN) -> list[Claim]:
    """The contrasts of all backbones over one set of languages. Holm's family: one kind of contrast (`en - none`),
    all backbones, sources and targets."""
    found = [one for backbone in backbones for one in backbone.contrasts if one.languages == languages]
    adjusted: dict[int, float] = {}
    for name in dict.fromkeys(one.name for one in found):
        places = [place for place, one in enumerate(found) if one.name == name]
        adjusted |= dict(zip(places, holm([found[place].p for place in places]), strict=True))
    return [Claim(one, adjusted[place], len(one.gains)) for place, one in enumerate(found)]


def comparable(one: Backbone, two: Backbone, first: Contrast, second: Contrast) -> bool:
    """Whether gains of two backbones are on the same test sets, from the same data."""
    same = ("source", "source_language", "over", "target", "languages")
    return (
        all(getattr(first, name) == getattr(second, name) for name in same)
        and one.about["data"] == two.about["data"]
        and one.unseen == two.unseen
        and one.test_sets[first.target] == two.test_sets[second.target]
        and one.size(first.source, first.source_language) == two.size(second.source, second.source_language)
    )


def pairs(backbones: Sequence[Backbone]) -> list[tuple[Between, float]]:
    """Every difference of gains between two comparable backbones over unseen languages, with Holm's p over all of
    them."""
    found = []
    for one, two in combinations(backbones, 2):
        for first in (contrast for contrast in one.contrasts if contrast.languages == UNSEEN):
            for second in two.contrasts:
                if comparable(one, two, first, second) and (difference := between(first, second)):
                    found.append(difference)
    return list(zip(found, holm([one.p for one in found]), strict=True))


def ceilings(backbones: Sequence[Backbone]) -> Iterator[tuple[Contrast, Correlation]]:
    """For each kind of contrast over `none` and target: how gains go with the score of `none`, over the backbones that
    are comparable. The first of these stands for them."""
    done: set[tuple[str, ...]] = set()
    for one in backbones:
        for first in (contrast for contrast in one.contrasts if contrast.languages == UNSEEN):
            group = {
                two.name: second
                for two in backbones
                for second in two.contrasts
                if first.over == "none" and comparable(one, two, first, second)
            }
            key = (first.source, first.source_language, first.target, *sorted(group))
            if group and key not in done:
                done.add(key)
                gains = {name: second.gain for name, second in group.items()}
                yield first, correlate(gains, {name: second.base for name, second in group.items()})
