"""The exams answered without a trained head, by sources whose encoder has kept its language-model head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from xstilts import paths
from xstilts.families.choice.scoring import score, units
from xstilts.params import Params
from xstilts.records import prepared
from xstilts.records.files import read_json
from xstilts.records.forms import Each, check
from xstilts.scoring.cells import scored_languages
from xstilts.seeding import Seeds
from xstilts.statistics.bootstrap import drawn_sums
from xstilts.statistics.inference import percentile_interval

FILE = "likelihood.json"  # in the run of the study
MOST = 1_000  # questions of a language: each takes some eighty passes
RESAMPLES = 1_000
SCORES = ("gain", "mean", "sum")
FIGURE = {"above": float, "low": float, "high": float}
FORM = [{
    "source": str, "seed": int, "target": str, "truncated": int, "scores": Each(FIGURE),
    "languages": Each({"n": int, "chance": float, **dict.fromkeys(SCORES, float)}),
}]  # fmt: skip
Answers = Mapping[str, Sequence[Mapping[str, int]]]
"""Language -> for each row the option that each score prefers."""


def answered(params: Params) -> list[dict[str, Any]]:
    """What all sources with a language-model head get on all exams of the present run; of a source that is not trained
    with the first seed alone, as all seeds are the same."""
    from xstilts.families.choice.likelihood.answer import Answerer, has_head  # imports torch
    from xstilts.threads import use_threads

    use_threads(params.threads, params.arithmetic)
    found: list[dict[str, Any]] = []
    for source, recipe in params.sources.items():
        for seed in params.seeds if recipe.trained else params.seeds[:1]:
            folder = paths.encoder(source, seed)
            if recipe.control or not has_head(folder):
                continue
            for target in exams(params):
                answerer = Answerer(folder, params.training(target).max_length)
                gold, answers, cut = _gold(params, target), dict[str, Any](), 0
                for language, rows in gold.items():
                    answers[language], counts = answerer.answer(rows)
                    cut += counts["truncated"]
                    print(f"{target}/{language} from {source}, seed {seed}: {len(rows)}", flush=True)
                own = figures(prepared.facts(target), gold, answers)
                found.append({"source": source, "seed": seed, "target": target, "truncated": cut, **own})
    return found


def exams(params: Params) -> list[str]:
    """The targets whose questions have options."""
    return [target for target in params.target_families() if prepared.facts(target).metric == score.EXAM]


def figures(task: prepared.Prepared, gold: Mapping[str, Sequence[prepared.Row]], answers: Answers) -> dict[str, Any]:
    """Accuracy of each score by language; and their means over languages above guessing, with intervals over units."""
    names = units.names(task, gold)
    distinct = {name: place for place, name in enumerate(dict.fromkeys(one for own in names.values() for one in own))}
    chance = {language: score.guessing(rows) for language, rows in gold.items()}
    languages: dict[str, dict[str, float]] = {
        language: {"n": len(rows), "chance": round(chance[language], 4)} for language, rows in gold.items()
    }
    overall = {}
    for name in SCORES:
        sums = []
        for language, rows in gold.items():
            right = [int(answer[name] == row["label"]) for answer, row in zip(answers[language], rows, strict=True)]
            languages[language][name] = round(100 * sum(right) / len(rows), 4)
            own = np.zeros((len(distinct), 2))
            np.add.at(own, [distinct[one] for one in names[language]], np.array([right, [1] * len(rows)]).T)
            sums.append(own)
        level = float(np.mean([*chance.values()]))
        mean = float(np.mean([own[name] for own in languages.values()])) - level
        one = percentile_interval(mean, _resampled(sums, task.name) - level)
        overall[name] = {key: round(value or 0.0, 4) for key, value in zip(FIGURE, (one.mean, one.low, one.high))}
    return {"scores": overall, "languages": languages}


def _resampled(sums: Sequence[np.ndarray], target: str) -> np.ndarray:
    """The mean accuracy over languages on drawn test sets. `sums`: by language unit x (right, rows)."""
    generator = Seeds("studies").numpy("likelihood", target)
    drawn = drawn_sums(np.concatenate(sums, axis=1), RESAMPLES, generator)
    totals = np.concatenate([own for _, own in drawn])
    means: np.ndarray = np.mean(100 * totals[:, ::2] / np.maximum(totals[:, 1::2], 1), axis=1)
    return means


def read_likelihood(path: Path) -> list[dict[str, Any]]:
    """What a file holds of it; nothing where there is no file."""
    found: list[dict[str, Any]] = check(read_json(path), FORM, path) if path.exists() else []
    return found


def _gold(params: Params, target: str) -> dict[str, list[prepared.Row]]:
    """The questions of each language, at most `MOST`, drawn by a hash of their ids: the same ones in all languages."""
    task = prepared.facts(target)
    found = {one: prepared.gold(task, split, one) for one, split in scored_languages(params, task).items()}
    return {
        one: sorted(rows, key=lambda row: sha256(row["id"].encode()).digest())[:MOST] for one, rows in found.items()
    }
