"""The score of a prediction folder in XTREME's layout against a label folder, as xtreme `evaluate.py` @838c13b has it.

What is missing is named, and a mean that lacks something is called partial. official: XTREME's program stops at the
first missing language, leaves out a missing task, and can never print XTREME-R's overall.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.report.figures.averages import XTREME_R
from xstilts.submissions.benchmark import BENCHMARKS, LAREQA, Benchmark
from xstilts.submissions.measures import MEASURES, Figures, Scores, signature

ByLanguage = dict[str, Figures]  # metric -> language -> figure
MAIN = ("avg_f1", "avg_accuracy", "avg_map@20")  # the first that a task has stands for it


def score_folder(
    predictions: Path, labels: Path, benchmark: str = "xtreme", lareqa: float | None = None
) -> dict[str, Any]:
    """All figures, 0-100; `lareqa` is the mAP@20 of the one task of XTREME-R that has no prediction files.

    `official` has the form of evaluate.py's output file. `corrected`: what the scorers give beside it. `partial`: means
    that lack a language or a task. `outside`: languages that the benchmark does not average. `missing`: task ->
    languages without predictions or without labels. `empty`: task -> languages whose file answers nothing, which
    scores 0 as in evaluate.py. Raises one `InputError` that names every malformed file."""
    chosen = BENCHMARKS[benchmark]
    for folder in (predictions, labels):
        _listed(folder)
        if not any((folder / task).is_dir() for task in chosen.languages):
            raise InputError(f"{folder}: found no task folder, expected some of: {', '.join(chosen.languages)}")
    if lareqa is not None and not (LAREQA in chosen.languages and 0 <= lareqa <= 100):
        raise InputError(f"--lareqa: found {lareqa} for {benchmark}, expected 0 to 100 and the benchmark xtreme-r")
    result: dict[str, Any] = {
        "benchmark": benchmark, "official": {}, "corrected": {}, "partial": {}, "outside": {}, "missing": {},
        "counts": {}, "empty": {}, "left_out": _left_out(predictions, chosen), "signature": signature(),
    }  # fmt: skip
    problems: list[str] = []
    for task, languages in chosen.languages.items():
        if task == LAREQA:
            continue
        scores = _measured(task, predictions / task, labels / task, problems)
        missing = _missing(task, languages, predictions / task, labels / task)
        _enter(result, task, [one for one in languages if one in scores], scores, missing)
    if problems:
        raise InputError("\n".join(problems))
    if lareqa is not None:
        result["official"][LAREQA] = {"avg_map@20": lareqa, "avg_metric": lareqa}
    elif LAREQA in chosen.languages:
        result["missing"][LAREQA] = {"mAP@20": sorted(XTREME_R.official(LAREQA))}
    for name, tasks in {"all_task": tuple(chosen.languages), **chosen.groups}.items():
        _enter_mean(result, name, tasks)
    return result


def _measured(task: str, predictions: Path, labels: Path, problems: list[str]) -> dict[str, Scores]:
    """The scores of every language that both folders have; what is wrong with a file is added to `problems`."""
    ending, measure = MEASURES[task]
    scores: dict[str, Scores] = {}
    if files := [folder for folder in (predictions, labels) if folder.exists() and not folder.is_dir()]:
        problems += [f"{file}: found a file, expected a folder" for file in files]
        return scores
    for language in sorted(_languages(task, predictions) & _languages(task, labels)):
        given, gold = (folder / f"test-{language}.{ending}" for folder in (predictions, labels))
        try:
            scores[language] = measure(given, gold, language)
        except InputError as error:
            named = str(given) in str(error) or str(gold) in str(error)
            problems.append(str(error) if named else f"{given}: {error}")
    return scores


def _missing(task: str, languages: Sequence[str], predictions: Path, labels: Path) -> dict[str, list[str]]:
    """What is lacking -> the languages that lack it."""
    folders = {"predictions": predictions, "labels": labels}
    lacking = {name: _languages(task, folder) for name, folder in folders.items()}
    missing = {name: [one for one in languages if one not in found] for name, found in lacking.items()}
    return {name: ones for name, ones in missing.items() if ones}


def _languages(task: str, folder: Path) -> set[str]:
    name = re.compile(rf"test-([\w-]+)\.{MEASURES[task][0]}", re.A)
    return {found[1] for path in _listed(folder) if (found := name.fullmatch(path.name))} if folder.is_dir() else set()


def _listed(folder: Path) -> list[Path]:
    """What is in a folder; a file or one that cannot be read is an `InputError`."""
    try:
        return sorted(folder.iterdir())
    except NotADirectoryError:
        raise InputError(f"{folder}: found a file, expected a folder") from None
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {error.strerror or error}") from None


def _left_out(folder: Path, benchmark: Benchmark) -> list[str]:
    """Everything in a prediction folder that no task of the benchmark reads, such as a misspelt name."""
    known = set(benchmark.languages) - {LAREQA}
    others = [path for path in _listed(folder) if path.name not in known]
    for task in (task for task in known if (folder / task).is_dir()):
        own = {folder / task / f"test-{one}.{MEASURES[task][0]}" for one in _languages(task, folder / task)}
        others += {*_listed(folder / task)} - own
    names = sorted(str(path.relative_to(folder)) for path in others)
    return [name.encode("utf-8", "backslashreplace").decode() for name in names]  # a name may be no UTF-8


def _enter(
    result: dict[str, Any], task: str, inside: Sequence[str], scores: Mapping[str, Scores], missing: dict[str, Any]
) -> None:
    """Put one task's figures into the result; `inside` are the languages that the benchmark averages."""
    outside = [language for language in scores if language not in inside]
    if missing:
        result["missing"][task] = missing
    if inside:
        figures = _by_metric({language: scores[language].official for language in inside})
        means = _averages(figures)
        result["official"][task] = {**figures, **({} if missing else means)}
        if missing:
            result["partial"][task] = means
        result["corrected"][task] = _by_metric({language: scores[language].corrected for language in inside})
    if outside:
        result["outside"][task] = {
            "official": _by_metric({language: scores[language].official for language in outside}),
            "corrected": _by_metric({language: scores[language].corrected for language in outside}),
        }
    if empty := [language for language, own in scores.items() if own.empty]:
        result["empty"][task] = empty
    if counts := {language: own.counts for language, own in scores.items() if own.counts}:
        result["counts"][task] = counts


def _by_metric(scores: Mapping[str, Figures]) -> ByLanguage:
    """Language -> metric -> figure, turned into metric -> language -> figure as evaluate.py has it."""
    metrics = dict.fromkeys(metric for figures in scores.values() for metric in figures)
    return {
        metric: {language: figures[metric] for language, figures in scores.items() if metric in figures}
        for metric in metrics
    }


def _averages(figures: ByLanguage) -> Figures:
    """Plain means over languages, and the one that stands for the task: the mean of EM and F1 for questions."""
    means = {f"avg_{metric}": sum(values.values()) / len(values) for metric, values in figures.items()}
    if "avg_exact_match" in means:
        return {**means, "avg_metric": (means["avg_exact_match"] + means["avg_f1"]) / 2}
    return {**means, "avg_metric": next(means[name] for name in MAIN if name in means)}


def _enter_mean(result: dict[str, Any], name: str, tasks: Sequence[str]) -> None:
    """The plain mean of task scores: official if every task is complete, else partial, of those that are there."""
    scores = [result["official"].get(task, {}).get("avg_metric") for task in tasks]
    if None not in scores:
        result["official"][name] = sum(scores) / len(scores)
        return
    partly = [result["partial"].get(task, {}).get("avg_metric", score) for task, score in zip(tasks, scores)]
    if there := [score for score in partly if score is not None]:
        result["partial"][name] = sum(there) / len(there)
