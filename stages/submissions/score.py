"""The score of a prediction folder in XTREME's layout against a label folder, as xtreme `evaluate.py` @838c13b has it.

Metrics are the families' own; here they are brought together with files, languages, tasks and groups. What is missing
is named, and a mean that lacks something is called partial. official: XTREME's program stops at the first missing
language, leaves out a missing task, and can never print XTREME-R's overall.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from stages.common.errors import InputError
from stages.common.task import load
from stages.families.classification import score as classification
from stages.families.retrieval import score as retrieval
from stages.families.span import score as span
from stages.families.tagging import score as tagging
from stages.submissions import read
from stages.submissions.benchmark import BENCHMARKS, LAREQA, Benchmark

Figures = dict[str, float]
ByLanguage = dict[str, Figures]  # metric -> language -> figure


@dataclass(frozen=True)
class Scores:
    """One language: figures under XTREME's names, those beside them, and what is worth a note."""

    official: Figures
    corrected: Figures = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


Measure = Callable[[Path, Path, str], Scores]  # prediction file, label file, language

MEWSLIX_RANKS = 20
MAIN = ("avg_f1", "avg_accuracy", "avg_map@20")  # the first that a task has stands for it
UPOS = (*load("udpos").labels, "_")  # official: `_` in the label files is a tag like any other


def label_accuracy(path: Path, labels: Path, language: str, task: str) -> Scores:
    """Accuracy of label words or digits."""
    known = load(task).labels
    found, gold = read.read_labels(path, known), read.read_labels(labels, known)
    return _accuracy(path, found, labels, gold)


def number_accuracy(path: Path, labels: Path, language: str) -> Scores:
    """Accuracy of the source line found for each English line."""
    return _accuracy(path, read.read_numbers(path), labels, read.read_numbers(labels))


def choice_accuracy(path: Path, labels: Path, language: str) -> Scores:
    """Accuracy of multiple choice."""
    return _accuracy(path, read.read_choices(path), labels, read.read_choices(labels))


def _accuracy(path: Path, found: Sequence[object], labels: Path, gold: Sequence[object]) -> Scores:
    read.same_number(path, found, labels, gold)
    return Scores({"accuracy": classification.accuracy(gold, found)})


def tags(path: Path, labels: Path, language: str, known: Collection[str], metric: str) -> Scores:
    """Chunk F1 of part-of-speech tags or entity F1."""
    found, gold = read.read_sentences(path, known), read.read_sentences(labels, known)
    read.same_lengths(path, found, labels, gold)
    corpora = [sentence.tags for sentence in gold], [sentence.tags for sentence in found]
    chunker = {"pos_f1": tagging.runs, "entity_f1": tagging.entities}[metric]
    official = tagging.f1(*corpora, chunker)
    beside = tagging.METRICS[metric](*corpora)
    return Scores(official, {name: value for name, value in beside.items() if name not in official})


def mined_pairs(path: Path, labels: Path, language: str) -> Scores:
    """F1 over sets of mined pairs."""
    return Scores(retrieval.pair_f1(read.read_pairs(path, once=True), set(read.read_pairs(labels))))


def answers(path: Path, labels: Path, language: str, metric: str) -> Scores:
    """Exact match and F1 over all questions; one without an answer scores 0, which an empty answer need not."""
    given, questions = read.read_answers(path, str), read.read_questions(labels)
    pairs = [(gold, given[name]) for name, gold in questions if name in given]
    if not pairs:
        raise InputError(f"{path}:1: found no answer to any of the {len(questions)} questions of {labels}")
    share = len(pairs) / len(questions)
    figures = {name: share * value for name, value in span.METRICS[metric](pairs, language).items()}
    official = {"exact_match": figures.pop("em"), "f1": figures.pop("f1")}
    return Scores(official, figures, _missing_and_unknown(given, [name for name, _ in questions]))


def reciprocal_rank(path: Path, labels: Path, language: str) -> Scores:
    """Mean reciprocal rank x 100 of the one right entity among the first 20; a mention without a list scores 0.

    official: XTREME-R calls it map@20 (third_party/utils_mewslix.py, `evaluate`)."""
    given, gold = read.read_answers(path, list), read.read_answers(labels, list)
    total = 0.0
    for name, entities in gold.items():
        if not entities or not isinstance(entities[0], str):
            raise InputError(f"{labels}: mention {name}: found {entities}, expected a list with one entity")
        ranking = given.get(name, [])[:MEWSLIX_RANKS]
        right = entities[0].strip()
        total += 1 / (ranking.index(right) + 1) if right in ranking else 0.0
    if not gold:
        raise InputError(f"{labels}: found no mention, expected at least one")
    return Scores({"map@20": 100 * total / len(gold)}, counts=_missing_and_unknown(given, list(gold)))


def _missing_and_unknown(given: Collection[str], wanted: Sequence[str]) -> dict[str, int]:
    counts = {
        "unanswered": sum(name not in given for name in wanted),
        "unknown ids": len(set(given) - set(wanted)),
    }
    return {name: count for name, count in counts.items() if count}


MEASURES: Mapping[str, tuple[str, Measure]] = {
    "pawsx": ("tsv", partial(label_accuracy, task="pawsx")),
    "xnli": ("tsv", partial(label_accuracy, task="xnli")),
    "panx": ("tsv", partial(tags, known=load("panx").labels, metric="entity_f1")),
    "udpos": ("tsv", partial(tags, known=UPOS, metric="pos_f1")),
    "bucc2018": ("tsv", mined_pairs),
    "tatoeba": ("tsv", number_accuracy),
    "xquad": ("json", partial(answers, metric="squad")),
    "mlqa": ("json", partial(answers, metric="mlqa")),
    "tydiqa": ("json", partial(answers, metric="squad")),
    "xcopa": ("jsonl", choice_accuracy),
    "mewslix": ("json", reciprocal_rank),
}
"""Task folder -> the ending of its files, what to compute."""


def score_folder(
    predictions: Path, labels: Path, benchmark: str = "xtreme", lareqa: float | None = None
) -> dict[str, Any]:
    """All figures, 0-100; `lareqa` is the mAP@20 of the one task of XTREME-R that has no prediction files.

    `official` has the form of evaluate.py's output file. `corrected`: what the scorers give beside it. `partial`: means
    that lack a language or a task. `outside`: languages that the benchmark does not average. `missing`: task ->
    languages without predictions or without labels. Raises one `InputError` that names every malformed file."""
    chosen = BENCHMARKS[benchmark]
    for folder in (predictions, labels):
        if not any((folder / task).is_dir() for task in chosen.languages):
            raise InputError(f"{folder}: found no task folder, expected some of: {', '.join(chosen.languages)}")
    if lareqa is not None and not (LAREQA in chosen.languages and 0 <= lareqa <= 100):
        raise InputError(f"--lareqa: found {lareqa} for {benchmark}, expected 0 to 100 and the benchmark xtreme-r")
    result: dict[str, Any] = {
        "benchmark": benchmark, "official": {}, "corrected": {}, "partial": {}, "outside": {}, "missing": {},
        "counts": {}, "left_out": _left_out(predictions, chosen), "signature": signature(),
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
    for name, tasks in {"all_task": tuple(chosen.languages), **chosen.groups}.items():
        _enter_mean(result, name, tasks)
    return result


def _measured(task: str, predictions: Path, labels: Path, problems: list[str]) -> dict[str, Scores]:
    """The scores of every language that both folders have; what is wrong with a file is added to `problems`."""
    ending, measure = MEASURES[task]
    scores = {}
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
    ending = MEASURES[task][0]
    return {path.name[len("test-") : -len(f".{ending}")] for path in folder.glob(f"test-*.{ending}")}


def _left_out(folder: Path, benchmark: Benchmark) -> list[str]:
    """Everything in a prediction folder that no task of the benchmark reads, such as a misspelt name."""
    known = set(benchmark.languages) - {LAREQA}
    others = [path for path in folder.iterdir() if path.name not in known]
    for task in known:
        read_ = {folder / task / f"test-{one}.{MEASURES[task][0]}" for one in _languages(task, folder / task)}
        others += {*(folder / task).glob("*")} - read_
    return sorted(str(path.relative_to(folder)) for path in others)


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


def signature() -> dict[str, str]:
    """What the figures depend on besides the files (punctuation is as this Unicode version has it)."""
    scorers = {"classification": classification, "tagging": tagging, "span": span, "retrieval": retrieval}
    return {
        "program": "xtreme evaluate.py @838c13b", "variant": "official (seqeval 0.0.12)",
        "unicode": unicodedata.unidata_version,
        **{f"{name} scorer": scorer.VERSION for name, scorer in scorers.items()},
    }  # fmt: skip
