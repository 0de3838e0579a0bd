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
from xstilts.submissions import ids, read
from xstilts.tasks import load

Figures = dict[str, float]


@dataclass(frozen=True)
class Scores:
    """One language: figures under XTREME's names, those beside them, and what is worth a note.

    official: a file that answers nothing scores 0; `empty` says that it does."""

    official: Figures
    corrected: Figures = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    empty: bool = False


Measure = Callable[[Path, Path, str], Scores]  # prediction file, label file, language


def label_accuracy(path: Path, labels: Path, language: str, task: str) -> Scores:
    """Accuracy of label words or digits."""
    known = load(task).labels
    found, gold = read.read_labels(path, known), read.read_labels(labels, known)
    return _accuracy(path, found, labels, gold)


def number_accuracy(path: Path, labels: Path, language: str) -> Scores:
    """Accuracy of the source line found for each English line."""
    found, gold = read.read_numbers(path), read.read_numbers(labels)
    scores = _accuracy(path, found, labels, gold)
    ids.counted_from_zero(path, found, labels, gold)
    return scores


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
    found, gold = read.read_pairs(path, once=True), set(read.read_pairs(labels))
    figures = retrieval.pair_f1(found, gold)
    ids.not_turned(path, found, labels, gold)
    return Scores(figures, empty=not found)


def answers(path: Path, labels: Path, language: str, metric: str) -> Scores:
    """Exact match and F1 over all questions; one without an answer scores 0, which an empty answer need not."""
    given, questions = read.read_answers(path, str), read.read_questions(labels)
    counts = ids.answered(path, given, labels, [name for name, _ in questions])
    figures = span.METRICS[metric]([(gold, given.get(name)) for name, gold in questions], language)
    official = {"exact_match": figures.pop("em"), "f1": figures.pop("f1")}
    return Scores(official, figures, counts, empty=not any(text.strip() for text in given.values()))


def reciprocal_rank(path: Path, labels: Path, language: str) -> Scores:
    """Mean reciprocal rank x 100 of the one right entity among the first 20; a mention without a list scores 0.

    official: XTREME-R calls it map@20 (third_party/utils_mewslix.py, `evaluate`)."""
    given, gold = read.read_answers(path, [str]), read.read_answers(labels, [str])
    for name, entities in gold.items():
        if not entities:
            raise InputError(f"{labels}: mention {name}: found {entities}, expected a list with one entity")
    if not gold:
        raise InputError(f"{labels}: found no mention, expected at least one")
    counts = ids.answered(path, given, labels, list(gold))
    right = {name: entities[0].strip() for name, entities in gold.items()}
    ranked = [entity for name, entities in given.items() if name in gold for entity in entities]
    ids.same_form(path, ranked, labels, right.values(), "entities")
    mentions = [{"id": name, "gold": [entity]} for name, entity in right.items()]
    found = [{"id": name, "ranking": ranking} for name, ranking in given.items() if name in gold]
    figure = dual.mean_reciprocal_rank(mentions, found)["mrr"]
    return Scores({"map@20": figure}, counts=counts, empty=not ranked)


MEASURES: Mapping[str, tuple[str, Measure]] = {
    "pawsx": ("tsv", partial(label_accuracy, task="pawsx")),
    "xnli": ("tsv", partial(label_accuracy, task="xnli")),
    "panx": ("tsv", partial(tags, known=load("panx").labels, metric="entity_f1")),
    "udpos": ("tsv", partial(tags, known=load("udpos").labels, metric="pos_f1")),
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
