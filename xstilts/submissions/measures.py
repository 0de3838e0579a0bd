"""One prediction file against one label file: what xtreme `evaluate.py` @838c13b computes for a language, and beside it
what the families' scorers give. The metrics are theirs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from xstilts.errors import InputError
from xstilts.families.classification.scoring import score as classification
from xstilts.families.dual.scoring import score as dual
from xstilts.families.retrieval.scoring import score as retrieval
from xstilts.families.span.scoring import score as span
from xstilts.families.tagging.scoring import score as tagging
from xstilts.submissions import read
from xstilts.tasks import load

Figures = dict[str, float]


@dataclass(frozen=True)
class Scores:
    """One language: figures under XTREME's names, those beside them, and what is worth a note."""

    official: Figures
    corrected: Figures = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


Measure = Callable[[Path, Path, str], Scores]  # prediction file, label file, language

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
    figures = tagging.METRICS[metric](*corpora)
    official = {name: figures.pop(name) for name in ("f1", "precision", "recall")}
    return Scores(official, figures)


def mined_pairs(path: Path, labels: Path, language: str) -> Scores:
    """F1 over sets of mined pairs."""
    return Scores(retrieval.pair_f1(read.read_pairs(path, once=True), set(read.read_pairs(labels))))


def answers(path: Path, labels: Path, language: str, metric: str) -> Scores:
    """Exact match and F1 over all questions; one without an answer scores 0, which an empty answer need not."""
    given, questions = read.read_answers(path, str), read.read_questions(labels)
    if not any(name in given for name, _ in questions):
        raise InputError(f"{path}:1: found no answer to any of the {len(questions)} questions of {labels}")
    figures = span.METRICS[metric]([(gold, given.get(name)) for name, gold in questions], language)
    official = {"exact_match": figures.pop("em"), "f1": figures.pop("f1")}
    return Scores(official, figures, _missing_and_unknown(given, [name for name, _ in questions]))


def reciprocal_rank(path: Path, labels: Path, language: str) -> Scores:
    """Mean reciprocal rank x 100 of the one right entity among the first 20; a mention without a list scores 0.

    official: XTREME-R calls it map@20 (third_party/utils_mewslix.py, `evaluate`)."""
    given, gold = read.read_answers(path, list), read.read_answers(labels, list)
    for name, entities in gold.items():
        if not entities or not isinstance(entities[0], str):
            raise InputError(f"{labels}: mention {name}: found {entities}, expected a list with one entity")
    if not gold:
        raise InputError(f"{labels}: found no mention, expected at least one")
    mentions = [{"id": name, "gold": [entities[0].strip()]} for name, entities in gold.items()]
    found = [{"id": name, "ranking": ranking} for name, ranking in given.items() if name in gold]
    figure = dual.mean_reciprocal_rank(mentions, found)["mrr"]
    return Scores({"map@20": figure}, counts=_missing_and_unknown(given, list(gold)))


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


def signature() -> dict[str, str]:
    """What the figures depend on besides the files (punctuation is as this Unicode version has it)."""
    scorers = {"classification": classification, "tagging": tagging, "span": span, "retrieval": retrieval, "dual": dual}
    return {
        "program": "xtreme evaluate.py @838c13b", "variant": "official (seqeval 0.0.12)",
        "unicode": unicodedata.unidata_version,
        **{f"{name} scorer": scorer.VERSION for name, scorer in scorers.items()},
    }  # fmt: skip
