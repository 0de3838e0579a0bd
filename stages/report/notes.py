"""What a reader has to know before believing a table: data, seeds, collapsed runs, controls, cut or odd examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from stages.report.averages import benchmark, coverage, overall_name
from stages.report.grid import TITLES, Grid
from stages.report.tables import COLLAPSED, FORMAT_ONLY

DATA = {
    "full": "full data sets; every count is the declared one",
    "cut-down": "CUT-DOWN data: these are not results on the full benchmarks",
    "generated": "GENERATED data of a made-up world: these are not results on the benchmarks",
}

MARKS = {
    "dev": "Scored on the development split",
    "tuned on it": "Threshold chosen on the very split that is scored",
    "cut": "Fewer rows than the full set has",
}


def notes(grid: Grid, weak: Mapping[str, Sequence[str]]) -> list[str]:
    """Short sentences, the most important first."""
    seeds = f"{len(grid.seeds)} seed{'s' * (len(grid.seeds) > 1)}"
    lines = [f"Profile {grid.profile}: {DATA[grid.kind]}."]
    if len(grid.seeds) == 1:
        lines.append(f"{seeds}: no spread is known, so no difference here is evidence.")
    else:
        lines.append(f"Means over {seeds}; ± is the standard deviation over seeds.")
    if not overall_name(grid).startswith("average"):
        whole = benchmark(grid)
        lines.append(f"{whole.name} gives an average only for all {whole.count} tasks; ours is a partial mean.")
    for target, languages in weak.items():
        lines.append(
            f"{FORMAT_ONLY} {TITLES.get(target, target)} is format only: `none` is not above every control in "
            f"{', '.join(languages)}."
        )
    for reason in collapsed_runs(grid):
        lines.append(f"{COLLAPSED} collapsed: {reason}.")
    for mark, what in MARKS.items():
        if marked := _marked(grid, mark):
            lines.append(f"{what}: {marked}.")
    if grid.kind != "generated" and coverage(grid):
        lines.append(f"Not all languages that {benchmark(grid).name} averages over: {coverage(grid)}.")
    return lines


def _marked(grid: Grid, mark: str) -> str:
    """Targets and languages that bear a mark; `all` where every language does."""
    found = []
    for target in grid.targets:
        languages = [language for language in grid.languages(target) if mark in grid.marks(target, language)]
        if languages:
            whole = len(languages) == len(grid.languages(target))
            found.append(
                f"{TITLES.get(target, target)} ({'all' if whole and len(languages) > 1 else ' '.join(languages)})"
            )
    return ", ".join(found)


def collapsed_runs(grid: Grid) -> list[str]:
    """Every collapsed training with its reason; equal ones of several seeds in one line."""
    seeds: dict[tuple[str, str], list[str]] = {}
    for curve in grid.curves:
        if curve["collapsed"]:
            name = f"{curve['stage']} training {curve['task']} from {curve['source']}"
            seeds.setdefault((name, curve["collapsed"]), []).append(str(curve["seed"]))
    return [f"{name}, seed{'s' * (len(own) > 1)} {', '.join(own)}: {reason}" for (name, reason), own in seeds.items()]


def odd_counts(grid: Grid, target: str) -> dict[str, int]:
    """Sums over languages of everything that was truncated, skipped or odd in a target's test data."""
    total: Counter[str] = Counter()
    for counts in grid.documents[target]["counts"].values():
        for name, value in counts.items():
            if name not in ("rows", "pairs", "declared") and isinstance(value, int):
                total[name] += value
    return {name: value for name, value in sorted(total.items()) if value}


def training_counts(curve: Mapping[str, object]) -> dict[str, int]:
    """The same for one training."""
    counts = curve.get("counts") or {}
    assert isinstance(counts, Mapping)
    return {name: value for name, value in counts.items() if name not in ("examples", "inputs") and value}
