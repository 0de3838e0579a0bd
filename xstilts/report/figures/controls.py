"""Controls: what a score has to stand above before it says anything about transfer.

Three kinds: always giving the most frequent answer (`chance`, from the cells), a randomly initialised encoder, and one
whose premise, question or prompt is hidden. The last two are sources marked `control` in the parameters; a profile
without them reads what an earlier run of the same profile left in `studies/gates/small/controls.json`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xstilts.records import results
from xstilts.report.figures.grid import Grid, mean

KEPT = Path("studies/gates/small/controls.json")
SAME_WORLD = {"full": "miniature"}  # the same data, backbone and targets with more rows
HIDES_SOMETHING = ("classification", "span", "choice")  # in the other families an ablated source is the source itself

Controls = dict[str, dict[str, dict[str, float]]]  # target -> language -> control -> score


def read_controls(grid: Grid, kept: Path = KEPT) -> dict[str, Any]:
    """What stands in `results/controls.json`: profile, origin of the figures, figures by target and language."""
    targets: Controls = {}
    for target in grid.targets:
        document = grid.documents[target]
        hidden = document["family"] in HIDES_SOMETHING
        names = [name for name, kind in grid.controls.items() if kind == "random" or hidden]
        for language in grid.languages(target):
            figures = {grid.controls[name]: round(mean(grid.values(target, name, language)), 2) for name in names}
            chance = round(document["chance"][language], 2)
            targets.setdefault(target, {})[language] = {**figures, "chance": chance}
    if grid.controls:
        return {"profile": grid.profile, "from": "this run", "seeds": list(grid.seeds), "targets": targets}
    record = results.read_controls(kept) if kept.exists() else {}
    if record.get("profile") != SAME_WORLD.get(grid.profile, grid.profile):
        return {"profile": grid.profile, "from": "this run (chance only)", "seeds": [], "targets": targets}
    for target, languages in targets.items():
        for language, figures in languages.items():
            languages[language] = {**record["targets"].get(target, {}).get(language, {}), **figures}
    return {"profile": grid.profile, "from": str(kept), "seeds": record["seeds"], "targets": targets}


def highest(figures: dict[str, float]) -> tuple[str, float]:
    """Name and score of the strongest control of one language."""
    return max(figures.items(), key=lambda item: (item[1], item[0]))


def format_only(grid: Grid, controls: Controls) -> dict[str, list[str]]:
    """Targets that show the format alone: languages other than English where `none` is not above every control in every
    seed. A mean could hide seeds at chance behind one that is not."""
    if "none" not in grid.sources:
        return {}
    found: dict[str, list[str]] = {}
    for target in grid.targets:
        for language in grid.languages(target):
            none = min(grid.values(target, "none", language))
            if language != "en" and none <= highest(controls[target][language])[1]:
                found.setdefault(target, []).append(language)
    return found


def in_english(grid: Grid, controls: Controls, target: str) -> str:
    """Why a target is format only, as far as English tells: a sentence, or nothing where English is not evaluated."""
    if "en" not in grid.languages(target) or "en" not in controls.get(target, {}):
        return ""
    values, (_, control) = grid.values(target, "none", "en"), highest(controls[target]["en"])
    figures = f"{mean(values):.1f}; the highest control {control:.1f}"
    if min(values) > control:
        return f"In English it is ({figures}): the task is learnt there, and does not carry over."
    return f"In English it is not, either ({figures}): the task itself is not learnt."
