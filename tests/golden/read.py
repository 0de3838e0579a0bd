"""The goldens, and what our scorers make of a case: the counterpart of `tests/official.py`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tasks_made_up import made_up
from xstilts.errors import InputError
from xstilts.families.choice.scoring import score as choice_score
from xstilts.families.classification.scoring import score as classification
from xstilts.families.mlm.scoring import score as mlm
from xstilts.families.retrieval.answering import mine
from xstilts.families.retrieval.scoring import ranking
from xstilts.families.retrieval.scoring import score as retrieval
from xstilts.families.span.scoring import score as span
from xstilts.families.tagging.scoring import score as tagging
from xstilts.report.figures import averages as report
from xstilts.report.figures.grid import MAIN, Grid

Case = dict[str, Any]
FOLDER = Path(__file__).parent
NAMES = {"bucc2018": "bucc"}  # official name of a target -> ours


def read(metric: str) -> list[Case]:
    """The cases of one metric."""
    cases: list[Case] = json.loads((FOLDER / f"{metric}.json").read_text(encoding="utf-8"))["cases"]
    return cases


def run(metric: str, case: Case) -> Case:
    """Our figures of a case, or the name of our refusal."""
    try:
        return METRICS[metric](case)
    except InputError:
        return {"error": "InputError"}


def same(metric: str, official: Case, ours: Case) -> bool:
    """Whether our figures are the official ones; we may have more, for example corrected ones."""
    if "error" in official:
        return "error" in ours
    tolerance = 1e-4 if metric == "mining" else 1e-12  # official: float32, and a mean cosine near 0 as divisor
    return all(key in ours and _equal(value, ours[key], tolerance) for key, value in official.items())


def _equal(one: Any, other: Any, tolerance: float) -> bool:
    """Numbers up to `tolerance` (relative, and 1e-9 absolute), all else exactly."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key], tolerance) for key in one)
    if isinstance(one, float) or (isinstance(one, list) and one and isinstance(one[0], float)):
        return bool(one == pytest.approx(other, abs=1e-9, rel=tolerance))
    return bool(one == other)


def squad(case: Case) -> Case:
    return span.squad([(q["answers"], q["prediction"]) for q in case["questions"]], case.get("language", "en"))


def mlqa(case: Case) -> Case:
    return span.mlqa([(q["answers"], q["prediction"]) for q in case["questions"]], case["language"])


def squad_v2(case: Case) -> Case:
    return span.squad_v2([span.Question(**question) for question in case["questions"]], case["threshold"])


def accuracy(case: Case) -> Case:
    return {"accuracy": classification.accuracy(case["gold"], case["predicted"])}


def qqp(case: Case) -> Case:
    return classification.qqp(case["gold"], case["predicted"])


def choice(case: Case) -> Case:
    rows = [{"id": str(n), "choices": [""] * len(s), "label": g} for n, (s, g) in enumerate(_choices(case))]
    answers = [{"id": str(n), "prediction": scores} for n, scores in enumerate(case["scores"])]
    return choice_score.score(made_up("choice", "accuracy"), "en", rows, answers)


def _choices(case: Case) -> list[tuple[list[float], int]]:
    return list(zip(case["scores"], case["gold"], strict=True))


def bucc(case: Case) -> Case:
    cut = retrieval.threshold(_candidates(case["dev"]), _gold(case["dev"]))
    return {
        "threshold": cut,
        "threshold_corrected": retrieval.threshold(_candidates(case["dev"]), _gold(case["dev"]), ties_as_one=True),
        **retrieval.pair_f1(retrieval.extract(_candidates(case["test"]), cut), _gold(case["test"])),
    }


def _candidates(split: Case) -> list[retrieval.Candidate]:
    """Of a pair given twice the last score counts, at the first place: what a dictionary makes of it."""
    return list({(source, english): score for source, english, score in split["candidates"]}.items())


def _gold(split: Case) -> set[retrieval.Pair]:
    return {(source, english) for source, english in split["gold"]}


def mining(case: Case) -> Case:
    lines, vectors = ([[*case[f"{side}{kind}"]] for side in ("source", "english")] for kind in ("_lines", ""))
    x, y = (np.array(side, dtype=np.float32) for side in vectors)
    found = mine.mine_texts(lines[0], x, lines[1], y, case["neighbours"])
    return {"pairs": [[i, j] for i, j, _ in found], "margins": [margin for _, _, margin in found]}


def tatoeba(case: Case) -> Case:
    source, english = (np.array(case[side], dtype=np.float32) for side in ("source", "english"))
    found = [int(index) for index in mine.nearest(english, source)]
    gold = [{"id": str(n), "side": "english", "gold": [label]} for n, label in enumerate(case["gold"])]
    answers = [{"id": str(n), "prediction": str(index)} for n, index in enumerate(found)]
    return {"nearest": found, **retrieval.score(made_up("retrieval", "accuracy"), "de", gold, answers)}


def average_precision(case: Case) -> Case:
    return {"average_precision": ranking.average_precision(case["relevant"], case["ranking"], case["k"])}


def reciprocal_rank(case: Case) -> Case:
    values = [ranking.reciprocal_rank(m["gold"], m["ranking"] or [], case["k"]) for m in case["mentions"]]
    return {"mean": math.fsum(values) / len(values)}


def perplexity(case: Case) -> Case:
    return mlm.perplexity([(loss, tokens) for loss, tokens in case["batches"]])


def averages(case: Case) -> Case:
    """Task scores, the groups that are complete, and the overall if it is no partial one."""
    grid = grid_of(case)
    groups = {name: report.group_scores(grid, name, "none") for name in report.GROUPS}
    overall = {name: score for name, scores in groups.items() for score in scores}
    if report.overall_name(grid).startswith("average"):
        (overall["all_task"],) = report.overall(grid, "none")
    tasks = {task: report.task_scores(grid, NAMES.get(task, task), "none")[0] for task in case["scores"]}
    return {"overall": overall, "tasks": tasks}


MAINS: dict[str, Callable[[dict[str, float]], float]] = {"em": span.main, "f1": tagging.main}


def grid_of(case: Case) -> Grid:
    """A grid of one source and seed with the scores of every task and language of a benchmark (tests/official.py)."""
    scores, languages = {}, {}
    benchmark = {"xtreme": report.XTREME, "xtreme-r": report.XTREME_R}[case["benchmark"]]
    for task, given in case["scores"].items():
        target = NAMES.get(task, task)
        languages[target] = sorted(benchmark.official(target))
        for language in languages[target]:
            own = given.get(language) or given["all"]
            own = {{"exact_match": "em"}.get(name, name): value for name, value in own.items()}
            main = next((MAINS[name](own) for name in ("em", "f1") if name in own), next(iter(own.values())))
            scores[target, "none", 1, language] = {**own, MAIN: main}
    return Grid(
        profile="made up", kind="full", seeds=[1], sources=["none"], controls={}, targets=list(languages),
        documents={target: {"languages": dict.fromkeys(own, "test")} for target, own in languages.items()},
        curves=[], training_of={},
        scores=scores,
    )  # fmt: skip


METRICS: dict[str, Callable[[Case], Case]] = {
    "accuracy": accuracy,
    "average_precision": average_precision,
    "averages": averages,
    "bucc": bucc,
    "ccg": lambda case: tagging.ccg(case["gold"], case["predicted"]),
    "choice": choice,
    "mining": mining,
    "mlqa": mlqa,
    "panx": lambda case: tagging.panx(case["gold"], case["predicted"]),
    "perplexity": perplexity,
    "qqp": qqp,
    "reciprocal_rank": reciprocal_rank,
    "squad": squad,
    "squad_v2": squad_v2,
    "tatoeba": tatoeba,
    "udpos": lambda case: tagging.udpos(case["gold"], case["predicted"]),
}
