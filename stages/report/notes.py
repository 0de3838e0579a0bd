"""What a reader has to know before believing a table: data, seeds, collapsed runs, controls, cut or odd examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from stages.report.averages import coverage, overall_name
from stages.report.grid import TITLES, Grid
from stages.report.tables import COLLAPSED, FORMAT_ONLY

DATA = {
    "full": "full data sets; every count is the declared one",
    "cut-down": "CUT-DOWN data: these are not results on the full benchmarks",
    "generated": "GENERATED data of a made-up world: these are not results on the benchmarks",
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
        lines.append("XTREME gives an average only for all nine tasks; ours is a partial mean.")
    for target, languages in weak.items():
        lines.append(
            f"{FORMAT_ONLY} {TITLES.get(target, target)} is format only: `none` is not above every control in "
            f"{', '.join(languages)}."
        )
    for reason in collapsed_runs(grid):
        lines.append(f"{COLLAPSED} collapsed: {reason}.")
    if grid.kind != "generated":
        lines += [f"{TITLES.get(target, target)}: {what}." for target, what in coverage(grid).items()]
    return lines


def collapsed_runs(grid: Grid) -> list[str]:
    """Every collapsed training, with its reason."""
    return [
        f"{curve['stage']} training {curve['task']} from {curve['source']}, seed {curve['seed']}: {curve['collapsed']}"
        for curve in grid.curves
        if curve["collapsed"]
    ]


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
