"""What a person wants to see of a submission's score: a line a task, the means, and what is lacking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

from xstilts.report.tables import table as tables
from xstilts.submissions.benchmark import BENCHMARKS, LAREQA

HEAD = ["task", "score", "figures", "English", "others", "lowest", "languages", "beside it"]
SHOWN = 8  # names of files that are not read
SHORT = {"exact_match": "EM", "f1": "F1"}


def to_text(result: dict[str, Any]) -> str:
    """The table of tasks, XTREME's means, and notes; a mean that lacks something is marked with `*`."""
    chosen = BENCHMARKS[result["benchmark"]]
    grouped = (task for tasks in chosen.groups.values() for task in tasks)
    lines = [_line(task, chosen.languages[task], result) for task in dict.fromkeys((*grouped, *chosen.languages))]
    means = {name: _mean(name, result) for name in (*chosen.groups, "all_task")}
    shown = [f"{name.replace('all_task', 'overall')} {mean}" for name, mean in means.items() if mean]
    parts = [tables.to_text([HEAD, *lines]), ", ".join(shown), *(f"- {note}" for note in _notes(result))]
    return "\n".join([parts[0], *(fill(part, 118, subsequent_indent="  ") for part in parts[1:])])


def _line(task: str, languages: Sequence[str], result: dict[str, Any]) -> list[str]:
    official = result["official"].get(task)
    if official is None:
        return [task, "-", *[""] * 4, f"0 of {len(languages)}" if languages else "", ""]
    means = {**official, **result["partial"].get(task, {})}
    figures = {name: values for name, values in official.items() if isinstance(values, Mapping)}
    main = by_language(figures)
    others = [value for language, value in main.items() if language != "en"]
    lowest = min(main, key=lambda language: (main[language], language)) if main else ""
    names = [name for name in figures if name not in ("precision", "recall")]
    return [
        task, _mean(task, result), " / ".join(f"{SHORT.get(name, name)} {means[f'avg_{name}']:.1f}" for name in names),
        f"{main['en']:.1f}" if "en" in main else "", f"{sum(others) / len(others):.1f}" if others else "",
        f"{lowest} {main[lowest]:.1f}" if main else "", f"{len(main)} of {len(languages)}" if languages else "",
        ", ".join(_beside(result["corrected"].get(task, {}), list(main))),
    ]  # fmt: skip


def by_language(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The figure that stands for each language: the mean of EM and F1 for questions."""
    if "exact_match" in figures:
        return {one: (value + figures["f1"][one]) / 2 for one, value in figures["exact_match"].items()}
    return dict(next(iter(figures.values()), {}))


def _beside(corrected: Mapping[str, Mapping[str, float]], languages: Sequence[str]) -> list[str]:
    """Means of what the scorers give beside the official figures, where they give it for every language."""
    full = {name: values for name, values in corrected.items() if len(values) == len(languages)}
    return [f"{name} {sum(values.values()) / len(values):.1f}" for name, values in full.items()]


def _mean(name: str, result: dict[str, Any]) -> str:
    """A task's score or a mean of tasks; `*` if something is lacking, `!` if something was not answered."""
    tasks = [name, *BENCHMARKS[result["benchmark"]].groups.get(name, ())]
    silent = "!" if any(name == "all_task" or task in tasks for task in _unanswered(result)) else ""
    for part, mark in (("official", ""), ("partial", "*")):
        value = result[part].get(name)
        if isinstance(value, Mapping):
            value = value.get("avg_metric")
        if value is not None:
            return f"{value:.1f}{mark}{silent}"
    return ""


def _unanswered(result: dict[str, Any]) -> list[str]:
    """The tasks in which something that the benchmark averages was not answered."""
    found = {task: set(languages) for task, languages in result["empty"].items()}
    for task, counts in result["counts"].items():
        found.setdefault(task, set()).update(one for one, own in counts.items() if "unanswered" in own)
    return [task for task, languages in found.items() if languages - {*_outside(task, result)}]


def _outside(task: str, result: dict[str, Any]) -> dict[str, float]:
    return by_language(result["outside"].get(task, {"official": {}})["official"])


def _notes(result: dict[str, Any]) -> list[str]:
    languages = BENCHMARKS[result["benchmark"]].languages
    notes = ["* partial: not the benchmark's figure, something is missing"] if result["partial"] else []
    if _unanswered(result):
        notes.append("! what is not answered scores 0, as in XTREME's program")
    if LAREQA in result["missing"]:
        notes.append(f"{LAREQA}: no figure; it has no prediction files, give its mAP@20 with --lareqa")
    for task, lacking in ((task, lacking) for task, lacking in result["missing"].items() if task != LAREQA):
        for missing in dict.fromkeys(map(tuple, lacking.values())):
            what = " and no ".join(name for name, ones in lacking.items() if tuple(ones) == missing)
            whole = len(missing) == len(languages[task])
            notes.append(f"{task}: no {what} {'at all' if whole else 'for ' + ' '.join(missing)}")
    for task, outside in result["outside"].items():
        ones = by_language(outside["official"])
        figures = ", ".join(f"{language} {value:.1f}" for language, value in ones.items())
        notes.append(f"{task}: not among the benchmark's languages: {figures}")
    for task, empty in result["empty"].items():
        notes.append(f"{task}: the file answers nothing for {' '.join(empty)}")
    for task, counts in result["counts"].items():
        for language, own in counts.items():
            notes.append(f"{task}/{language}: {', '.join(f'{count} {name}' for name, count in own.items())}")
    if left_out := result["left_out"]:
        more = f" and {len(left_out) - SHOWN} more" if len(left_out) > SHOWN else ""
        notes.append(f"not read: {', '.join(left_out[:SHOWN])}{more}")
    return notes
