"""Which answers are right, example by example, by the same rules as the scores of each family."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from xstilts.errors import InputError
from xstilts.families.choice.scoring.score import chosen
from xstilts.families.pairing import pair
from xstilts.families.retrieval.scoring.score import bucc, nearest
from xstilts.families.span.scoring.score import exact, normalise, normalise_mlqa, overlap
from xstilts.records.prepared import Prepared, Row
from xstilts.scoring.cells import Pair, Splits

RULES = {
    "classification": "right: the label is the gold label",
    "tagging": "right: every word of the sentence has its tag (the score counts chunks)",
    "span": "right: exact match with one of the gold answers (the best F1 stands below). In the context gold is "
    "shaded, the first source's answer dotted, the second's underlined",
    "choice": "right: the choice with the highest score is the right one",
    "retrieval": "right: the very sentence that gold names, or no pair where there is none",
    "dual": "right: the first candidate is a gold one",
    "translation": "right: the reference, letter by letter (the score counts parts of words)",
}


@dataclass(frozen=True)
class Answer:
    """What one source said, and whether that is right."""

    given: Any
    right: bool
    note: str = ""


@dataclass(frozen=True)
class Example:
    """A row, its gold, and the answers of both sources."""

    row: Row
    gold: Any
    answers: tuple[Answer, Answer]
    texts: Mapping[str, str] = field(default_factory=dict)  # of candidates, by id

    @property
    def kind(self) -> str:
        """`fixed` and `broken` are about the second source."""
        return {
            (False, True): "fixed", (True, False): "broken", (True, True): "right", (False, False): "wrong",
        }[self.answers[0].right, self.answers[1].right]  # fmt: skip


def judge(
    task: Prepared, split: str, language: str, gold: Mapping[Pair, Sequence[Row]], runs: Sequence[Splits],
    candidates: Sequence[Row] = (),
) -> list[Example]:  # fmt: skip
    """All examples of one language in gold's order. `gold` and `runs` hold a split to tune on too."""
    rows, own = gold[split, language], [run[split, language] for run in runs]
    if task.family == "retrieval" and task.tunes_on:
        tuning = [(gold[task.tunes_on, language], run[task.tunes_on, language]) for run in runs]
        return _mined(rows, own, [bucc((rows, one), on)["threshold"] for one, on in zip(own, tuning, strict=True)])
    answer = _answer(task, language)
    if task.family == "retrieval":
        texts = {row["id"]: row["text"] for row in rows if row["side"] == "source"}
        pairs = [nearest(rows, one) for one in own]
    else:
        texts = {row["id"]: row["candidate"] for row in candidates}
        pairs = [pair(rows, one) for one in own]
    both = [[(row, answer(row, given)) for row, given in one] for one in pairs]
    for row, given in (one for side in both for one in side if task.family == "dual"):
        if given.given not in texts:
            raise InputError(f"'{row['id']}': found '{given.given}' at the top of its ranking, expected a candidate")
    return [Example(row, gold_answer(task.family, row), (one, other), texts) for (row, one), (_, other) in zip(*both)]


def gold_answer(family: str, row: Row) -> Any:
    """What is right."""
    return row[
        {"tagging": "tags", "span": "answers", "retrieval": "gold", "dual": "gold", "translation": "target"}.get(
            family, "label"
        )
    ]


def _answer(task: Prepared, language: str) -> Callable[[Row, Row], Answer]:
    judges: dict[str, Callable[[Row, Row], Answer]] = {
        "classification": lambda row, given: Answer(given["prediction"], given["prediction"] == row["label"]),
        "tagging": lambda row, given: Answer(given["prediction"], list(given["prediction"]) == list(row["tags"])),
        "span": partial(_span, normalise if task.metric != "mlqa" else partial(normalise_mlqa, language=language)),
        "choice": lambda row, given: _choice(row, given["prediction"]),
        "retrieval": lambda row, given: Answer(given["prediction"], given["prediction"] in row["gold"]),
        "dual": lambda row, given: _ranking(row, given["ranking"]),
        "translation": lambda row, given: Answer(given["prediction"], given["prediction"] == row["target"]),
    }
    if task.family not in judges:
        raise InputError(f"{task.name}: the family {task.family} has no examples to lay side by side")
    return judges[task.family]


def _choice(row: Row, prediction: int | Sequence[float]) -> Answer:
    place = chosen(row, prediction)
    return Answer(place, place == row["label"])


def _ranking(row: Row, ranking: Sequence[str]) -> Answer:
    if not ranking:
        raise InputError(f"'{row['id']}': found an empty ranking, expected at least one candidate")
    return Answer(ranking[0], ranking[0] in row["gold"])


def _span(normaliser: Callable[[str], str], row: Row, given: Row) -> Answer:
    text, answers = given["prediction"], row["answers"] or [""]
    if text is None:
        return Answer("", False, "missing")
    best = max(overlap(text, answer, normaliser) for answer in answers)
    return Answer(text, any(exact(text, answer, normaliser) for answer in answers), f"F1 {100 * best:.0f}")


def _mined(rows: Sequence[Row], runs: Sequence[Sequence[Row]], cuts: Sequence[float]) -> list[Example]:
    """Source sentences that have a pair in gold or in one of the answers; the others all agree that they have none."""
    texts = {row["id"]: row["text"] for row in rows if row["side"] == "english"}
    found = [
        {one["id"]: one["prediction"] for one in run if one["score"] >= cut}
        for run, cut in zip(runs, cuts, strict=True)
    ]
    examples = []
    for row in rows:
        name = row["id"]
        if row["side"] == "source" and (row["gold"] or any(name in own for own in found)):
            wanted = row["gold"] or [None]
            one, other = (Answer(own.get(name), own.get(name) in wanted) for own in found)
            examples.append(Example(row, row["gold"], (one, other), texts))
    return examples
