"""A made-up grid in the forms the stages write: parameters, cells and curves of random numbers, to test views."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from xstilts import paths
from xstilts.records.files import write_json

LANGUAGES = ["en", "de", "es", "tr", "hi", "ar"]
UNCHANGED = ("hi", "ar")  # languages in which a condition changes nothing
RECIPE = {"epochs": 2, "lr": 3.0e-4, "batch": 32, "max_length": 128}
FAMILIES = {
    "xnli": "classification", "pawsx": "classification", "udpos": "tagging", "panx": "tagging", "tydiqa": "span",
    "xquad": "span", "mlqa": "span", "bucc": "retrieval", "tatoeba": "retrieval",
}  # fmt: skip
METRICS = {
    "xnli": "accuracy", "pawsx": "accuracy", "udpos": "pos_f1", "panx": "entity_f1", "tydiqa": "squad",
    "xquad": "squad", "mlqa": "mlqa", "bucc": "mining_f1", "tatoeba": "accuracy",
}  # fmt: skip


def _facts(family: str, metric: str, chance: float | None, *figures: str, note: str | None = None) -> dict[str, Any]:
    facts = {"family": family, "metric": metric, "chance": chance, "figures": [*(figures or (metric,))], "note": note}
    return facts if family == "mlm" else {**facts, "signature": {"metric": metric, "max_length": 128}}


FACTS = {
    "anli_plus": _facts("classification", "accuracy", 33.5), "mnli": _facts("classification", "accuracy", 33.5),
    "qqp": _facts("classification", "accuracy_and_f1", 63.2, "accuracy", "f1"),
    "squad_v2": _facts("span", "squad_v2", 50.1, "em", "f1"),
    "squad_v1": _facts("span", "squad", 0.0, "f1", "em"), "hellaswag": _facts("choice", "accuracy", 25.0),
    "ccg": _facts("tagging", "ccg_accuracy", 21.0, note="silver: another parser's supertags, not CCGbank"),
    "cosmosqa": _facts("choice", "accuracy", 25.0), "csqa": _facts("choice", "accuracy", 20.0),
    "mlm": _facts("mlm", "perplexity", None),
}  # fmt: skip
PARTS = {"anli_plus": ("anli/r1", "anli/r2", "anli/r3", "mnli", "snli"), "mlm": ("de", "en", "hi")}
INTERMEDIATE = Path("results/intermediate.json")
PARAMS: dict[str, Any] = {
    "profile": "fake",
    "seeds": [1],
    "threads": 1,
    "data": {"kind": "cut-down"},
    "miniature": {},
    "downloads": {},
    "tasks": {
        **{name: {"layout": "native", "raw": name, "labels": name} for name in ("mnli", "squad_v1", "hellaswag")},
        **{
            name: {"layout": "native", "raw": name, "labels": name, "evaluate": {"test": LANGUAGES}}
            for name in ("xnli", "pawsx", "panx", "tydiqa", "xquad")
        },
        "mlqa": {"layout": "native", "raw": "mlqa", "labels": "mlqa", "evaluate": {"test": ["en", "de", "es", "hi"]}},
        "udpos": {
            "layout": "native", "raw": "udpos", "labels": "udpos",
            "evaluate": {"test": ["en", "de", "es", "tr"], "dev": ["hi", "ar"]},
        },
        "bucc": {"layout": "native", "raw": "bucc", "labels": "bucc", "evaluate": {"test": ["de", "es", "tr"]}},
        "tatoeba": {"layout": "native", "raw": "tatoeba", "labels": "tatoeba", "evaluate": {"test": LANGUAGES[1:]}},
    },
    "corpus": {"from": "data/miniature/text/mono", "layout": "text"},
    "backbone": {
        "kind": "pretrain", "from": "data/miniature/text", "vocabulary": 400,
        "architecture": {
            "layers": 1, "hidden": 8, "heads": 1, "intermediate": 8, "positions": 512, "dropout": 0.0,
            "initializer_range": 0.05,
        },
        "pretraining": {
            "steps": 1, "tokens_per_batch": 64, "lr": 1.0e-3, "warmup": 0.1, "weight_decay": 0.0, "mask": 0.3,
            "parallel_share": 0.0, "max_length": 32, "seed": 1,
        },
    },
    "optimisation": {"warmup": 0.1, "weight_decay": 0.01, "clip": 1.0, "precision": "fp32"},
    "sources": {
        "none": {"tasks": []},
        "mnli": {"tasks": ["mnli"], **RECIPE},
        "squad_v1": {"tasks": ["squad_v1"], **RECIPE},
        "hellaswag": {"tasks": ["hellaswag"], **RECIPE},
    },
    "targets": {
        "classification": {"xnli": RECIPE, "pawsx": RECIPE},
        "tagging": {"udpos": RECIPE, "panx": RECIPE},
        "span": {"tydiqa": {**RECIPE, "selection": "last"}},
        "squad": {"xquad": {}, "mlqa": {}},
        "retrieval": {"bucc": {"neighbours": 4}, "tatoeba": {}},
    },
    "squad": {"squad_v1": RECIPE},
    "span": {"stride": 64, "question_length": 32, "answer_length": 12, "nbest": 20},
    "retrieval": {"max_length": 128},
}  # fmt: skip
NINE = ("anli_plus", "mnli", "qqp", "squad_v2", "squad_v1", "hellaswag", "ccg", "cosmosqa", "csqa")
WIDE: dict[str, tuple[str, ...]] = {  # the paper's rows, twenty in all: what each source trains on
    "none": (), **{task: (task,) for task in NINE}, "mlm": ("mlm",), "multi": NINE, "multi-mlm": (*NINE, "mlm"),
    **{f"{task}-mlm": (task, "mlm") for task in ("mnli", "squad_v1", "hellaswag", "ccg")},
    **{f"{task}-translated": (task,) for task in ("mnli", "qqp", "hellaswag")},
}  # fmt: skip
TRANSLATION = {
    "task": "mnli", "language": "de", "by": "marian", "rows_in": 1000, "rows_out": 990, "chrf": 41.26,
    "dropped": {"empty": 0, "no answer": 10}, "length_ratio": 1.0712, "copies": 0.0123, "signature": {"beam": 4},
}  # fmt: skip
CONTROLS = {
    "random": {"tasks": [], "init": "random", "control": True},
    "ablated": {"tasks": [], "ablate": True, "control": True},
}


def write_params(folder: Path, controls: bool = False, **changes: Any) -> dict[str, Any]:
    """Write `params.yaml`, with other top-level values and control sources if asked; `squad` where targets need it."""
    # A copy in which no two places are one object: YAML would write an alias, which is refused.
    params: dict[str, Any] = json.loads(json.dumps({**PARAMS, **changes}))
    if not params["targets"].get("squad"):
        params["squad"] = {}
    if controls:
        params["sources"] |= CONTROLS
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    return params


def write_grid(folder: Path, params: dict[str, Any], tasks: Mapping[str, Sequence[str]] | None = None) -> None:
    """Write cells and curves for all sources, targets, seeds and languages of `params` below `folder`.

    `tasks` gives sources other tasks than `params` does: a view takes them from the curves."""
    for target in FAMILIES:
        write_json(folder / paths.cells(target), _cells(target, params))
    write_json(folder / paths.curve("backbone"), {"stage": "backbone", "steps": [], "dev": [], "best": None})
    curves = []
    for source, recipe in params["sources"].items():
        for seed in params["seeds"]:
            curves.append(_intermediate(source, seed, (tasks or {}).get(source, recipe["tasks"])))
            write_json(folder / paths.curve("intermediate", source, seed), curves[-1])
            for training in ("xnli", "pawsx", "udpos", "panx", "tydiqa", "squad_v1"):
                write_json(folder / paths.curve("target", training, source, seed), _target(training, source, seed))
    write_json(folder / INTERMEDIATE, _development(curves))


def write_wide(folder: Path, seeds: Sequence[int] = (1, 2, 3), **changes: Any) -> dict[str, Any]:
    """Write a grid of twenty sources. The parameters give each one task that they have: views look at curves."""
    sources: dict[str, Any] = {
        name: {"tasks": ["mnli"], **RECIPE} if tasks else {"tasks": []} for name, tasks in WIDE.items()
    }
    params = write_params(folder, sources=sources, seeds=[*seeds], **changes)
    write_grid(folder, params, WIDE)
    return params


def _cells(target: str, params: dict[str, Any]) -> dict[str, Any]:
    evaluate = params["tasks"][target]["evaluate"]
    languages = {language: split for split, chosen in evaluate.items() for language in chosen}
    random = np.random.default_rng(sum(map(ord, target)))
    cells = []
    for source, recipe in params["sources"].items():
        for seed in params["seeds"]:
            for language, split in languages.items():
                scores = _scores(
                    target, float(random.uniform(5, 30) if recipe.get("control") else random.uniform(31, 90))
                )
                cell = {"source": source, "seed": seed, "language": language, "split": split, "n": 100}
                main = (scores["em"] + scores["f1"]) / 2 if "em" in scores else next(iter(scores.values()))
                cells.append({**cell, "scores": scores, "main": main})
    conditions = params.get("conditions", {}).get(target, [])
    cells += [_noised(cell, one) for one in conditions for cell in [*cells]]
    counts = {language: {"rows": 100, "declared": 400 if language == "de" else 100} for language in languages}
    return {
        "target": target, "family": FAMILIES[target], "metric": METRICS[target], "languages": languages,
        "cells": cells, "chance": dict.fromkeys(languages, 4.0), "counts": counts,
        "signature": {
            "metric": METRICS[target], "variant": "official", "profile": params["profile"],
            "data": params["data"]["kind"],
        },
        **({"conditions": {one: {language: {"rows": 100, "rows_changed": 0 if language in UNCHANGED else 90}
                                 for language in languages} for one in conditions}} if conditions else {}),
    }  # fmt: skip


def _noised(cell: dict[str, Any], condition: str) -> dict[str, Any]:
    """The cell under a condition: it loses a tenth of every figure, and nothing where nothing changes."""
    kept = 1.0 if cell["language"] in UNCHANGED else 0.9
    about = {name: cell[name] for name in ("source", "seed", "language", "split")}
    scores = {name: round(kept * value, 6) for name, value in cell["scores"].items()}
    flips = {"lost": 0 if kept == 1 else 12, "won": 0 if kept == 1 else 2, "n": 100}
    return {**about, "condition": condition, "n": cell["n"], "scores": scores,
            "main": round(kept * cell["main"], 6), "clean": cell["main"], "flips": flips}  # fmt: skip


def _scores(target: str, value: float) -> dict[str, float]:
    value = round(value, 6)
    if FAMILIES[target] == "span":
        return {"em": round(value * 0.7, 6), "f1": value, "f1_corrected": value}
    if METRICS[target] == "accuracy":
        return {"accuracy": value}
    return {"f1": value, "precision": value, "recall": value}


def _none(stage: str, source: str, seed: int) -> dict[str, Any]:
    about = {"stage": stage, "source": source, "seed": seed}
    return {**about, "tasks": [], "recipe": None, "steps": [], "dev": [], "best": None, "collapsed": None}


def _target(training: str, source: str, seed: int) -> dict[str, Any]:
    steps = [{"step": n, "loss": round(2 / n + 0.3, 6), "lr": 1.0e-4} for n in range(1, 21)]
    top = 60 + sum(map(ord, source + training)) % 30
    dev = [{"step": n, "value": round(top - 90 / n - seed, 6)} for n in (5, 10, 15, 20)]
    return {
        "stage": "target", "task": training, "source": source, "seed": seed, "recipe": RECIPE, "steps": steps,
        "dev": dev, "best": dev[-1], "selection": "english", "languages": ["en"], "head": None,
        "collapsed": "dev at chance" if (source, training) == ("hellaswag", "pawsx") else None,
        "counts": {"examples": 500, "truncated": 3},
    }  # fmt: skip


def _intermediate(source: str, seed: int, tasks: Sequence[str]) -> dict[str, Any]:
    """Tasks take turns; each learns at a pace of its own. One task alone is not named step by step."""
    if not tasks:
        return _none("intermediate", source, seed)
    turns = [tasks[n % len(tasks)] for n in range(1, 21)]
    several = len(tasks) > 1
    steps = [
        {"step": n, "loss": round(2 / n + 0.3, 6), "lr": 1.0e-4, **({"task": task} if several else {})}
        for n, task in enumerate(turns, start=1)
    ]
    dev = []
    for n in (5, 10, 15, 20):
        scored = [task for task in tasks if task != "mlm"] or tasks  # masked text selects nothing beside other tasks
        own = {task: round(60 + sum(map(ord, source + task)) % 30 - 90 / n - seed, 6) for task in scored}
        value = round(sum(own.values()) / len(own), 6)
        dev.append({"step": n, "value": value, **({"tasks": own} if several else {})})
    return {
        "stage": "intermediate", "tasks": [*tasks], "source": source, "seed": seed, "steps": steps, "dev": dev,
        "recipe": {"tasks": [*tasks], "init": "backbone", "recipe": RECIPE}, "best": dev[-1], "collapsed": None,
        "sampled": {task: turns.count(task) for task in tasks},
        "counts": {task: {"examples": 500, "truncated": 3} for task in tasks},
    }  # fmt: skip


def _development(curves: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What `score-intermediate` writes: scores that grow with the names, and the parts of sets that have some."""
    cells = []
    for task, curve in ((task, one) for one in curves for task in one["tasks"]):
        value = FACTS[task]["chance"] or 5.0
        value = round(value + 5 + sum(map(ord, curve["source"] + task)) % 40 + curve["seed"] / 4, 6)
        scores = {"em": value - 3, "f1": value + 3} if task.startswith("squad") else {FACTS[task]["metric"]: value}
        scores |= {"accuracy": value + 1, "f1": value - 1} if task == "qqp" else {}
        parts = {name: {"n": 50, "main": value + n} for n, name in enumerate(PARTS.get(task, ()))}
        about = {"source": curve["source"], "seed": curve["seed"], "task": task, "n": 200}
        cells.append({**about, "main": value, "scores": scores, "parts": parts})
    return {"tasks": {task: FACTS[task] for curve in curves for task in curve["tasks"]}, "cells": cells}
