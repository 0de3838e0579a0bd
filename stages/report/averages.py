"""XTREME's averages (xtreme `evaluate.py` @838c13b): task scores, groups, and the mean of nine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stages.report.grid import MAIN, ORDER, TITLES, Grid, mean, spread

GROUPS = {
    "classification": ("pawsx", "xnli"),
    "tagging": ("udpos", "panx"),
    "qa": ("xquad", "mlqa", "tydiqa"),
    "retrieval": ("bucc", "tatoeba"),
}
ALL = """af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur
vi yo zh"""
LANGUAGES = {
    "xnli": "ar bg de el en es fr hi ru sw th tr ur vi zh",
    "pawsx": "de en es fr ja ko zh",
    "udpos": "af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh",
    "panx": ALL,
    "xquad": "ar de el en es hi ru th tr vi zh",
    "mlqa": "ar de en es hi vi zh",
    "tydiqa": "ar bn en fi id ko ru sw te",
    "bucc": "de fr ru zh",
    "tatoeba": """af ar bg bn de el es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr nl pt ru sw ta te th tl tr
ur vi zh""",
}
OFFICIAL = {target: frozenset(languages.split()) for target, languages in LANGUAGES.items()}
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
    """Mean of the task scores, by seed: XTREME's figure if all nine are there, else partial (see `overall_name`)."""
    targets = [name for name in ORDER if name in grid.targets]
    return [mean(scores) for scores in zip(*(task_scores(grid, name, source) for name in targets), strict=True)]


def overall_name(grid: Grid) -> str:
    """`average of nine`, or what it is a mean of."""
    present = sum(name in grid.targets for name in ORDER)
    return "average of nine" if present == len(ORDER) else f"partial mean of {present}"


def coverage(grid: Grid) -> str:
    """How many of the languages that XTREME averages over each target has, where it is not all of them."""
    found = []
    for target in grid.targets:
        languages, official = set(grid.languages(target)), OFFICIAL.get(target, frozenset())
        if official and languages != official:
            others = f" and {len(languages - official)} others" if languages - official else ""
            found.append(f"{TITLES[target]} {len(languages & official)} of {len(official)}{others}")
    return "; ".join(found)
