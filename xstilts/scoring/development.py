"""From the predictions of intermediate tasks to their development scores, with the parts that a union is made of."""

from __future__ import annotations

from itertools import product
from typing import Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.families import part
from xstilts.families.mlm.scoring.score import perplexity
from xstilts.params import Params
from xstilts.records import prepared
from xstilts.records.files import read_json, read_rows
from xstilts.records.forms import Each, check, check_rows
from xstilts.scoring import stored
from xstilts.scoring.cells import rounded

FIGURES = {"squad": ["f1", "em"], "squad_v2": ["f1", "em"], "accuracy_and_f1": ["accuracy", "f1"]}


def development(params: Params) -> dict[str, Any]:
    """Everything that stands in `results/intermediate.json`: what is known of each task, and a cell for each source,
    seed and task. Raises `InputError` if predictions are missing or do not fit their gold rows."""
    tasks: dict[str, dict[str, Any]] = {}
    cells = []
    for (name, source), seed in product(params.sources.items(), params.seeds):
        for task in source.tasks:
            cells.append({"source": name, "seed": seed, "task": task, **score(params, name, seed, task, tasks)})
        if source.mlm:
            cells.append({"source": name, "seed": seed, "task": "mlm", **masked(name, seed, tasks)})
    return {"tasks": tasks, "cells": cells}


def score(params: Params, name: str, seed: int, task: str, tasks: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Scores of one task as a whole, and of its parts: what stands before the last `/` of an id.

    In whatever language a development set is, its file is called `en` (see `xstilts/mixtures/tasks.py`)."""
    languages = params.dev_languages(name, task)
    data, file = paths.mixture(name), paths.predictions("intermediate", name) / str(seed) / f"{task}.parquet"
    facts = prepared.facts(task, folder=data)
    gold, predicted = prepared.gold(facts, "dev", "en", data), stored.answers(facts, file)
    scorer = part(facts.family, "scoring.score")

    def scored(prefix: str | None) -> dict[str, Any]:
        first = (prefix or "").partition("/")[0]
        language = first if first in languages else languages[0]
        own = [[row for row in rows if prefix in (None, before(row["id"]))] for rows in (gold, predicted)]
        try:
            scores = scorer.score(facts, language, *own, None)
        except InputError as error:
            raise InputError(f"{task} from {name}, seed {seed}: {error}") from None
        return {
            "n": len(own[0]),
            "main": rounded(scorer.main(scores)),
            "scores": {k: rounded(scores[k]) for k in scores},
        }

    notes = [note for member in params.members(task) if (note := params.tasks[member].note)]
    about = check(read_json(file.with_suffix(".json")), {"signature": Each(object)}, file.with_suffix(".json"))
    signature = {**about["signature"], **scorer.signature(facts)}
    tasks[task] = {
        "family": facts.family, "metric": facts.metric, "chance": rounded(scorer.chance(facts, gold)),
        "figures": FIGURES.get(facts.metric, [facts.metric]), "note": "; ".join(notes) or None, "signature": signature,
    }  # fmt: skip
    parts = sorted({before(row["id"]) for row in gold} - {""})
    return {**scored(None), "parts": {one: scored(one) for one in parts if len(parts) > 1}}


def masked(name: str, seed: int, tasks: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Perplexity of the held-out lines, in all and by language; less is better."""
    path = paths.predictions("intermediate", name) / str(seed) / "mlm.parquet"
    rows = read_rows(path)
    check_rows(rows, {"id": str, "loss": float, "tokens": int}, path)
    tasks["mlm"] = {"family": "mlm", "metric": "perplexity", "chance": None, "figures": ["perplexity"], "note": None}

    def scored(own: list[dict[str, Any]]) -> dict[str, Any]:
        try:
            found = perplexity([(row["loss"], row["tokens"]) for row in own])
        except InputError as error:
            raise InputError(f"masked text from {name}, seed {seed}: {error}") from None
        scores = {key: rounded(value) for key, value in found.items()}
        return {"n": len(own), "main": scores["perplexity_corrected"], "scores": scores}

    languages = {before(row["id"]) for row in rows}
    return {
        **scored(rows),
        "parts": {one: scored([r for r in rows if before(r["id"]) == one]) for one in sorted(languages)},
    }


def before(name: str) -> str:
    """The part that an id names: `anli/r1` of `anli/r1/17`."""
    return name.rpartition("/")[0]
