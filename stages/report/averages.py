"""XTREME's averages (xtreme `evaluate.py` @838c13b): task scores, groups, and the mean of nine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stages.report.grid import MAIN, ORDER, Grid, mean, spread

GROUPS = {
    "classification": ("pawsx", "xnli"),
    "tagging": ("udpos", "panx"),
    "qa": ("xquad", "mlqa", "tydiqa"),
    "retrieval": ("bucc", "tatoeba"),
}
ALL = "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi yo zh"
OFFICIAL = {
    "xnli": set("ar bg de el en es fr hi ru sw th tr ur vi zh".split()),
    "pawsx": set("de en es fr ja ko zh".split()),
    "udpos": set(ALL.split()) - set("bn jv ka ml ms my sw".split()),
    "panx": set(ALL.split()),
    "xquad": set("ar de el en es hi ru th tr vi zh".split()),
    "mlqa": set("ar de en es hi vi zh".split()),
    "tydiqa": set("ar bn en fi id ko ru sw te".split()),
    "bucc": set("de fr ru zh".split()),
    "tatoeba": set(ALL.split()) - set("en ms my yo".split()),
}
"""The languages that XTREME averages over."""


@dataclass(frozen=True)
class Figure:
    """A mean over seeds, with the sample standard deviation where there are several."""

    mean: float
    sd: float | None = None

    @classmethod
    def of(cls, values: Sequence[float]) -> Figure:
        """Mean and spread of one value a seed."""
        return cls(mean(values), spread(values))


def task_scores(grid: Grid, target: str, source: str, figure: str = MAIN, english: bool = True) -> list[float]:
    """Plain mean over the languages that were scored, by seed. XTREME counts English in wherever it is evaluated."""
    languages = [language for language in grid.languages(target) if english or language != "en"]
    columns = [grid.values(target, source, language, figure) for language in languages]
    columns = [column for column in columns if column]
    return [mean(seed) for seed in zip(*columns, strict=True)] if columns else []


def transfer_gap(grid: Grid, target: str, source: str) -> list[float]:
    """English minus the mean of the other languages, by seed; empty where English is not scored or alone."""
    languages = grid.languages(target)
    if "en" not in languages or len(languages) == 1:
        return []
    others = task_scores(grid, target, source, english=False)
    return [english - other for english, other in zip(grid.values(target, source, "en"), others, strict=True)]


def group_scores(grid: Grid, group: str, source: str) -> list[float]:
    """Plain mean of the task scores of one group, by seed; only if all its tasks are there, as in XTREME."""
    tasks = GROUPS[group]
    if not set(tasks) <= set(grid.targets):
        return []
    return [mean(scores) for scores in zip(*(task_scores(grid, task, source) for task in tasks), strict=True)]


def overall(grid: Grid, source: str) -> list[float]:
    """Mean of the task scores, by seed: XTREME's figure if all nine are there, else a partial mean (see `overall_name`)."""
    targets = [name for name in ORDER if name in grid.targets]
    return [mean(scores) for scores in zip(*(task_scores(grid, name, source) for name in targets), strict=True)]


def overall_name(grid: Grid) -> str:
    """`average of nine`, or what it is a mean of."""
    present = sum(name in grid.targets for name in ORDER)
    return "average of nine" if present == len(ORDER) else f"partial mean of {present}"


def coverage(grid: Grid) -> Mapping[str, str]:
    """Targets whose languages are not those that XTREME averages over, with what they are."""
    found = {}
    for target in grid.targets:
        languages = set(grid.languages(target))
        if languages != OFFICIAL.get(target, languages):
            found[target] = f"{len(languages & OFFICIAL[target])} of XTREME's {len(OFFICIAL[target])} languages" + (
                f" and {len(languages - OFFICIAL[target])} others" if languages - OFFICIAL[target] else ""
            )
    return found
