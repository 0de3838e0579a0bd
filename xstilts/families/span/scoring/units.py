"""What a resampled test set of questions is scored from: each question's EM and F1, resampled by paragraph.

Questions about one paragraph are not independent: they stand or fall with its words and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from xstilts.families.pairing import pair
from xstilts.families.ratios import percent
from xstilts.families.span.scoring.checklist import failure_rates
from xstilts.families.span.scoring.score import Question, exact, normalise, normalise_mlqa, overlap, squad_v2
from xstilts.records.prepared import Prepared, Row

UNIT = "paragraph, the same in all languages where its questions are"


def names(task: Prepared, gold: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """The unit of each gold row by language: paragraphs are one unit if they share a question, in any languages.

    Of MultiCheckList, whose failures are counted by test case, the case."""
    if task.metric == "failure_rate":
        return {language: [f"{language}/{_case(row)}" for row in rows] for language, rows in gold.items()}
    parents: dict[tuple[str, ...], tuple[str, ...]] = {}
    for language, rows in gold.items():
        for row in rows:
            parents[_root(parents, ("paragraph", language, row["context"]))] = _root(parents, ("question", row["id"]))
    return {
        language: ["/".join(_root(parents, ("question", row["id"]))) for row in rows] for language, rows in gold.items()
    }


def _root(parents: dict[tuple[str, ...], tuple[str, ...]], node: tuple[str, ...]) -> tuple[str, ...]:
    """The one that stands for all that are joined to `node`; the path to it is halved on the way."""
    while (above := parents.setdefault(node, node)) != node:
        parents[node] = parents.setdefault(above, above)
        node = parents[node]
    return node


def counts(
    task: Prepared, language: str, gold: Sequence[Row], predicted: Sequence[Row], tuning: object = None
) -> np.ndarray:
    """By question: EM, F1, 1. MultiCheckList: by test of the set, failed and 1, on the first question of each case."""
    pairs = pair(gold, predicted)
    if task.metric == "failure_rate":
        return _failures(pairs, language)
    if task.metric == "squad_v2":
        scores = [squad_v2([Question(row["answers"], one["prediction"], one["no_answer"])]) for row, one in pairs]
        return np.array([(score["em"] / 100, score["f1"] / 100, 1) for score in scores], dtype=np.float64)

    @cache  # of the same texts again and again
    def normalised(text: str) -> str:
        return normalise_mlqa(text, language) if task.metric == "mlqa" else normalise(text)

    found = []
    for row, answer in pairs:
        texts = [] if answer["prediction"] is None else row["answers"]  # a missing answer scores 0
        em = max((exact(answer["prediction"], text, normalised) for text in texts), default=0.0)
        f1 = max((overlap(answer["prediction"], text, normalised) for text in texts), default=0.0)
        found.append((em, f1, 1.0))
    return np.array(found, dtype=np.float64)


def _failures(pairs: Sequence[tuple[Row, Row]], language: str) -> np.ndarray:
    cases: dict[str, list[int]] = {}
    for place, (row, _) in enumerate(pairs):
        cases.setdefault(_case(row), []).append(place)
    tests = sorted({case.split("/")[0] for case in cases})
    found = np.zeros((len(pairs), 2 * len(tests)), dtype=np.int16)
    for case, places in cases.items():
        column = 2 * tests.index(case.split("/")[0])
        failed = failure_rates([pairs[place] for place in places], language)["failure"] > 0
        found[places[0], column : column + 2] = failed, 1
    return found


def _case(row: Row) -> str:
    return str(row["id"].rsplit("/", 1)[0])


def right(task: Prepared, counts: np.ndarray) -> np.ndarray:
    """Which questions have an exact answer, from `counts`; of MultiCheckList which cases have no failure."""
    if task.metric != "failure_rate":
        return np.asarray(counts[:, 0] >= 1)
    cases = counts[counts[:, 1::2].any(axis=1)]
    return np.asarray(~cases[:, ::2].any(axis=1))


def main(task: Prepared, sums: np.ndarray) -> np.ndarray:
    """The main figure (0-100) of summed counts, which stand on the last axis. MultiCheckList: what passed, by test."""
    if task.metric != "failure_rate":
        return percent(sums[..., 0] + sums[..., 1], 2 * sums[..., 2])
    rates, there = percent(sums[..., ::2], sums[..., 1::2]), sums[..., 1::2] > 0
    passed: np.ndarray = 100 - rates.sum(axis=-1) / np.maximum(there.sum(axis=-1), 1)
    return passed
