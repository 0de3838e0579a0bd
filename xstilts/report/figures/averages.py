"""Averages of XTREME and XTREME-R (xtreme `evaluate.py` @838c13b): task scores, groups, and the mean of all tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xstilts.report.figures.grid import MAIN, TITLES, Grid, mean, spread

UDPOS = "af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh"
PANX = """af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur
vi yo zh"""
TATOEBA = """af ar bg bn de el es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr nl pt ru sw ta te th tl tr ur
vi zh"""
XQUAD = "ar de el en es hi ru th tr vi zh"
SHARED = {
    "xnli": "ar bg de el en es fr hi ru sw th tr ur vi zh",
    "mlqa": "ar de en es hi vi zh",
    "tydiqa": "ar bn en fi id ko ru sw te",
}


@dataclass(frozen=True)
class Benchmark:
    """What a benchmark averages over. Its targets are those that have languages."""

    name: str
    count: str  # of its targets, in words
    groups: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, str]  # target -> codes

    def official(self, target: str) -> frozenset[str]:
        """The languages that a target is averaged over."""
        return frozenset(self.languages.get(target, "").split())


XTREME = Benchmark(
    "XTREME",
    "nine",
    {
        "classification": ("pawsx", "xnli"),
        "tagging": ("udpos", "panx"),
        "qa": ("xquad", "mlqa", "tydiqa"),
        "retrieval": ("bucc", "tatoeba"),
    },
    {
        **SHARED,
        "pawsx": "de en es fr ja ko zh",
        "udpos": UDPOS,
        "panx": PANX,
        "xquad": XQUAD,
        "bucc": "de fr ru zh",
        "tatoeba": TATOEBA,
    },
)
# official: XCOPA counts in two groups. LAReQA is in none, as `evaluate.py` has no scorer for it; that is why the script
# can never print the overall, which is the mean of all ten here as in the paper (Ruder et al. 2021, arXiv 2104.07412).
XTREME_R = Benchmark(
    "XTREME-R",
    "ten",
    {
        "classification": ("xnli", "xcopa"),
        "tagging": ("udpos", "panx"),
        "qa": ("xquad", "mlqa", "tydiqa"),
        "retrieval": ("tatoeba", "mewslix"),
        "multi_choice": ("xcopa",),
    },
    {
        **SHARED,
        "xcopa": "et ht id it qu sw ta th tr vi zh",
        "udpos": f"{UDPOS} lt pl uk wo ro",
        "panx": f"{PANX} qu pl uk az lt pa gu ro",
        "xquad": f"{XQUAD} ro",
        "tatoeba": f"{TATOEBA} az lt pl uk ro",
        "lareqa": "ar de el en es hi ru th tr vi zh",
        "mewslix": "ar de en es fa ja pl ro ta tr uk",
    },
)
GROUPS = tuple(dict.fromkeys((*XTREME.groups, *XTREME_R.groups)))
"""Names of the groups of both benchmarks."""


EQUAL = 0.05  # points; a spread below shows as 0.0. An untrained encoder with more of it is a new one in each seed


@dataclass(frozen=True)
class Figure:
    """A mean over seeds, with the sample standard deviation where there are several."""

    mean: float
    sd: float | None = None

    @classmethod
    def of(cls, values: Sequence[float], trained: bool = True) -> Figure:
        """Mean and spread of one value a seed. Seeds that score one untrained encoder are equal, and measure none."""
        sd = spread(values)
        return cls(mean(values), sd if trained or (sd is not None and sd >= EQUAL) else None)


def trained(grid: Grid, source: str, *targets: str) -> bool:
    """Whether anything was trained on the way to a source's scores: not for retrieval with the backbone as it is."""
    if any(grid.training_of.get(target) for target in targets):
        return True
    return not any(
        curve["stage"] == "intermediate" and curve["source"] == source and not curve["tasks"] for curve in grid.curves
    )


def task_scores(grid: Grid, target: str, source: str, figure: str = MAIN, english: bool = True) -> list[float]:
    """Plain mean over the languages that were scored, by seed. XTREME counts English in wherever it is evaluated."""
    languages = [language for language in grid.languages(target) if english or language != "en"]
    return _mean_of(grid, target, source, figure, languages)


def zero_shot_scores(grid: Grid, target: str, source: str, figure: str = MAIN) -> list[float]:
    """The same over the languages that no row was trained in."""
    return _mean_of(grid, target, source, figure, grid.zero_shot(target))


def _mean_of(grid: Grid, target: str, source: str, figure: str, languages: Sequence[str]) -> list[float]:
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


def benchmark(grid: Grid) -> Benchmark:
    """The benchmark whose targets are there: one that is complete, else XTREME-R where a target is in it alone.

    XTREME where nothing decides: both complete, targets that are in it alone too, or only shared ones."""
    targets, xtreme, revised = set(grid.targets), set(XTREME.languages), set(XTREME_R.languages)
    for one in (XTREME, XTREME_R):
        if set(one.languages) <= targets:
            return one
    return XTREME_R if targets & (revised - xtreme) and not targets & (xtreme - revised) else XTREME


def language_change(grid: Grid, target: str, source: str, language: str) -> float:
    """The change of one language against `none`, of means over seeds."""
    return mean(grid.values(target, source, language)) - mean(grid.values(target, "none", language))


def group_scores(grid: Grid, group: str, source: str) -> list[float]:
    """Plain mean of the task scores of one group, by seed; only if all its tasks are there, as in XTREME."""
    tasks = benchmark(grid).groups.get(group, ())
    if not tasks or not set(tasks) <= set(grid.targets):
        return []
    return [mean(scores) for scores in zip(*(task_scores(grid, task, source) for task in tasks), strict=True)]


def averaged(grid: Grid) -> list[str]:
    """The targets that count in the average over all."""
    return [name for name in grid.targets if name in benchmark(grid).languages]


def overall(grid: Grid, source: str) -> list[float]:
    """Mean of the task scores, by seed: the benchmark's if all its tasks are there, else partial (`overall_name`)."""
    columns = [task_scores(grid, name, source) for name in averaged(grid)]
    return [mean(scores) for scores in zip(*columns, strict=True)]


def overall_name(grid: Grid) -> str:
    """`average of nine`, or what it is a mean of."""
    one = benchmark(grid)
    present = sum(name in grid.targets for name in one.languages)
    of = "" if one is XTREME else f" of {one.name}"
    return f"average of {one.count}{of}" if present == len(one.languages) else f"partial mean of {present}{of}"


def coverage(grid: Grid, targets: Sequence[str] | None = None) -> str:
    """How many of the languages that the benchmark averages over each target has, where it is not all of them."""
    found = []
    for target in grid.targets if targets is None else targets:
        languages, official = set(grid.languages(target)), benchmark(grid).official(target)
        if official and languages != official:
            others = f" and {len(languages - official)} others" if languages - official else ""
            found.append(f"{TITLES.get(target, target)} {len(languages & official)} of {len(official)}{others}")
    return "; ".join(found)
