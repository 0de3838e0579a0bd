"""What a reader has to know before believing a table: data, seeds, collapsed runs, controls, cut or odd examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from xstilts.report.figures.averages import benchmark, coverage, overall_name, trained
from xstilts.report.figures.controls import Controls, in_english
from xstilts.report.figures.development import PAPER
from xstilts.report.figures.grid import TITLES, Grid, counts_of, seed_list, training
from xstilts.report.tables import intermediate
from xstilts.report.tables.table import COLLAPSED, FORMAT_ONLY, SEEN

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


SEEN_MEANS = "Not zero-shot: the row was trained in this language, or a language of this mean."
MANY = 3  # collapsed runs of one training that have a line each


def notes(grid: Grid, weak: Mapping[str, Sequence[str]], controls: Controls) -> list[str]:
    """Short sentences, the most important first. `weak`: targets that are format only, and in which languages."""
    seeds = f"{len(grid.seeds)} seed{'s' * (len(grid.seeds) > 1)}"
    lines = [f"Profile {grid.profile}: {data_note(grid)}."]
    if len(grid.seeds) == 1:
        lines.append(f"{seeds}: no spread is known, so no difference here is evidence.")
    else:
        lines.append(f"Means over {seeds}; ± is the standard deviation over seeds{_no_spread(grid)}.")
    if not overall_name(grid).startswith("average"):
        whole = benchmark(grid)
        lines.append(f"{whole.name} gives an average only for all {whole.count} tasks; ours is a partial mean.")
    for target, languages in weak.items():
        remark = (
            f"{FORMAT_ONLY} {TITLES.get(target, target)} is format only: `none` is not above every control in "
            f"{', '.join(languages)}. {in_english(grid, controls, target)}"
        )
        lines.append(remark.strip())
    for reason in collapsed_runs(grid):
        lines.append(f"{COLLAPSED} collapsed: {reason}.")
    if failed := _failed_base(grid):
        lines.append(f"{COLLAPSED} `none` itself has collapsed on {failed}: changes there are against a collapsed run.")
    lines += trained_in(grid)
    for mark, what in MARKS.items():
        if marked := _marked(grid, mark):
            lines.append(f"{what}: {marked}.")
    lines += [*intermediate.at_chance(grid), *departures(grid), *task_notes(grid)]
    if grid.kind != "generated" and coverage(grid):
        lines.append(f"Not all languages that {benchmark(grid).name} averages over: {coverage(grid)}.")
    if grid.kind != "generated":
        lines += without_ccg(grid)
    return lines


def data_note(grid: Grid) -> str:
    """What kind of data it is; of full sets that are read in part (`max_rows`, `max_examples`) that, too."""
    cut = any(own.get("cut_rows") for document in grid.documents.values() for own in document["counts"].values())
    few = any(_recipe(curve).get("max_examples") for curve in grid.curves)
    read = " and ".join(what for what, found in (("trained on", few), ("scored", cut)) if found)
    if grid.kind != "full" or not read:
        return DATA[grid.kind]
    return f"full data sets, of which a DECLARED PART is {read}: these are not results on the full benchmarks"


def _recipe(curve: Mapping[str, Any]) -> Mapping[str, Any]:
    recipe: Mapping[str, Any] = curve.get("recipe") or {}
    return recipe.get("recipe") or recipe


def _no_spread(grid: Grid) -> str:
    """Which entries have no standard deviation, as all seeds score the same encoder."""
    if not (sources := [f"`{source}`" for source in grid.sources if not trained(grid, source)]):
        return ""
    targets = [TITLES.get(name, name) for name in grid.targets if not grid.training_of[name]]
    return f"; not for {', '.join(sources)} on {', '.join(targets)}, where nothing is trained" if targets else ""


def _failed_base(grid: Grid) -> str:
    """The targets on which the row that changes are against has collapsed, with its seeds."""
    if "none" not in grid.sources:
        return ""
    found = {target: [*grid.collapsed(target, "none")] for target in grid.targets}
    several = len(grid.seeds) > 1
    names = [f"{TITLES.get(one, one)}{seed_list(seeds) if several else ''}" for one, seeds in found.items() if seeds]
    return ", ".join(names)


def trained_in(grid: Grid) -> list[str]:
    """The rows that were trained in another language than English, and what follows for their cells."""
    rows = "; ".join(f"{name} ({' '.join(grid.trained_in[name])})" for name in grid.sources if name in grid.trained_in)
    if not rows:
        return []
    return [f"Trained in these languages: {rows}. {SEEN} {SEEN_MEANS}"]


def departures(grid: Grid) -> list[str]:
    """Target trainings that saw more than English, or that began with a trained head."""
    more: dict[tuple[str, str], list[str]] = {}
    kept: dict[str, list[str]] = {}
    for curve in grid.curves:
        if curve["stage"] != "target":
            continue
        languages = curve.get("languages", ["en"])
        if others := [language for language in languages if language != "en"]:
            how = f"{' '.join(others)} {'beside' if 'en' in languages else 'instead of'} English"
            more.setdefault((curve["task"], how), []).append(curve["source"])
        if curve.get("head") and not curve.get("after"):  # what learns on after a target training keeps that one's head
            kept.setdefault(curve["task"], []).append(curve["source"])
    lines = [
        f"{_columns(grid, task)}{_rows(grid, sources)}: translate-train, trained on {how}; zero-shot training data is "
        "English alone."
        for (task, how), sources in more.items()
    ]
    if kept:
        which = "; ".join(f"{_columns(grid, task)}{_rows(grid, sources)}" for task, sources in kept.items())
        lines.append(f"The target training went on with the head of the intermediate one: {which}.")
    return lines


def _columns(grid: Grid, training: str) -> str:
    """The columns behind one target training."""
    names = [name for name, own in grid.training_of.items() if own == training] or [training]
    return ", ".join(TITLES.get(name, name) for name in names)


def _rows(grid: Grid, sources: Sequence[str]) -> str:
    """Which rows, unless it is every row."""
    every = {*grid.everything} <= {*sources}
    return "" if every else f" from {', '.join(dict.fromkeys(sources))}"


def task_notes(grid: Grid) -> list[str]:
    """What is to be known of an intermediate task, such as labels that stand in for licensed ones."""
    notes = {task: facts.get("note") or "" for task, facts in grid.development.tasks.items()}
    found = {task: line for task, note in notes.items() if (line := " ".join(note.split()))}  # may be of several lines
    return [
        f"{intermediate.title(task)} (behind {', '.join(grid.development.sources(task))}): {line.rstrip('.')}."
        for task, line in found.items()
    ]


def without_ccg(grid: Grid) -> list[str]:
    """Why the paper's nine single-task sources are fewer; said only where the table is meant to have them."""
    trained = [curve["tasks"] for curve in grid.curves if curve["stage"] == "intermediate"]
    count = len({tasks[0] for tasks in trained if len(tasks) == 1} & set(PAPER))
    if count < 3 or "ccg" in grid.development.tasks:
        return []
    word = "three four five six seven eight".split()[count - 3]
    return [f"CCG is not in this table: CCGbank is licensed (LDC2005T13); the nine sources are {word} here."]


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


def intermediate_notes(grid: Grid) -> list[str]:
    """What to know before believing the second table."""
    collapsed = [f"{COLLAPSED} collapsed: {reason}." for reason in collapsed_runs(grid, ("intermediate",))]
    return [*intermediate.remarks(grid), *intermediate.at_chance(grid), *collapsed, *task_notes(grid)]


def signature(own: Mapping[str, Any]) -> str:
    """What a figure depends on, in one line."""
    return ", ".join(f"{name}: {value}" for name, value in sorted(own.items()))


def collapsed_runs(grid: Grid, stages: Sequence[str] = ("intermediate", "target")) -> list[str]:
    """Every collapsed training with its reason. Many of one training share a line that leaves the reasons out."""
    found: dict[str, dict[tuple[str, str], list[int]]] = {}  # training -> (source, reason) -> seeds
    for curve in grid.curves:
        if curve["collapsed"] and curve["stage"] in stages:
            name = f"{training(curve)} {'of' if curve['stage'] == 'intermediate' else 'from'}"
            found.setdefault(name, {}).setdefault((curve["source"], curve["collapsed"]), []).append(curve["seed"])
    lines = []
    for name, runs in found.items():
        if len(runs) > MANY:
            seeds: dict[str, list[int]] = {}
            for (source, _), own in runs.items():
                seeds.setdefault(source, []).extend(own)
            sources = ", ".join(f"{source}{seed_list(own)}" for source, own in seeds.items())
            lines.append(f"{name} {sources}: the loss does not fall, dev at chance")
        else:
            lines += [f"{name} {source}{seed_list(own)}: {reason}" for (source, reason), own in runs.items()]
    return lines


def odd_counts(grid: Grid, target: str) -> dict[str, int]:
    """Sums over languages of everything that was truncated, skipped or odd in a target's test data."""
    total: Counter[str] = Counter()
    for counts in grid.documents[target]["counts"].values():
        for name, value in counts.items():
            if name not in ("rows", "pairs", "declared") and isinstance(value, int):
                total[name] += value
    return {name: value for name, value in sorted(total.items()) if value}


def training_counts(curve: Mapping[str, Any]) -> dict[str, int]:
    """The same for one training; with several tasks each count is named after its own."""
    found: dict[str, int] = {}
    for task, counts in counts_of(curve).items():
        prefix = f"{intermediate.title(task)} " if len(counts_of(curve)) > 1 else ""
        found |= {prefix + name: n for name, n in counts.items() if name not in ("examples", "inputs") and n}
    return found
