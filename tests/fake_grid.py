"""A made-up grid in the forms the stages write: parameters, cells and curves of random numbers, to test views."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from stages.common import paths
from stages.common.files import write_json

LANGUAGES = ["en", "de", "es", "tr", "hi", "ar"]
RECIPE = {"epochs": 2, "lr": 3.0e-4, "batch": 32, "max_length": 128}
FAMILIES = {
    "xnli": "classification", "pawsx": "classification", "udpos": "tagging", "panx": "tagging", "tydiqa": "span",
    "xquad": "span", "mlqa": "span", "bucc": "retrieval", "tatoeba": "retrieval",
}  # fmt: skip
METRICS = {
    "xnli": "accuracy", "pawsx": "accuracy", "udpos": "pos_f1", "panx": "entity_f1", "tydiqa": "squad",
    "xquad": "squad", "mlqa": "mlqa", "bucc": "mining_f1", "tatoeba": "accuracy",
}  # fmt: skip
PARAMS: dict[str, Any] = {
    "profile": "fake",
    "seeds": [1],
    "threads": 1,
    "data": {"raw": "data/raw", "kind": "cut-down"},
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
    "corpus": {"from": "data/raw/text/mono", "layout": "text"},
    "backbone": {
        "kind": "pretrain", "from": "data/raw/text", "vocabulary": 400,
        "architecture": {
            "layers": 1, "hidden": 8, "heads": 1, "intermediate": 8, "positions": 64, "dropout": 0.0,
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
    "squad": RECIPE,
    "span": {"stride": 64, "question_length": 32, "answer_length": 12, "nbest": 20},
    "retrieval": {"layer": "14/24", "pooling": "mean", "max_length": 128},
}  # fmt: skip
CONTROLS = {
    "random": {"tasks": [], "init": "random", "control": True},
    "ablated": {"tasks": [], "ablate": True, "control": True},
}


def write_params(folder: Path, controls: bool = False, **changes: Any) -> dict[str, Any]:
    """Write `params.yaml`, with other top-level values and control sources if asked."""
    params = copy.deepcopy({**PARAMS, **changes})
    if controls:
        params["sources"] |= CONTROLS
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    return params


def write_grid(folder: Path, params: dict[str, Any]) -> None:
    """Write cells and curves for all sources, targets, seeds and languages of `params` below `folder`."""
    for target in FAMILIES:
        write_json(folder / paths.cells(target), _cells(target, params))
    write_json(folder / paths.curve("backbone"), {"stage": "backbone", "steps": [], "dev": [], "best": None})
    for source, recipe in params["sources"].items():
        for seed in params["seeds"]:
            write_json(folder / paths.curve("intermediate", source, seed), _curve("intermediate", source, seed, recipe))
            for training in ("xnli", "pawsx", "udpos", "panx", "tydiqa", "squad_v1"):
                curve = _curve("target", source, seed, {"tasks": [training], **RECIPE})
                write_json(folder / paths.curve("target", training, source, seed), curve)


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
    counts = {language: {"rows": 100, "declared": 400 if language == "de" else 100} for language in languages}
    return {
        "target": target, "family": FAMILIES[target], "metric": METRICS[target], "languages": languages,
        "cells": cells, "chance": dict.fromkeys(languages, 4.0), "counts": counts,
        "signature": {
            "metric": METRICS[target], "variant": "official", "profile": params["profile"],
            "data": params["data"]["kind"],
        },
    }  # fmt: skip


def _scores(target: str, value: float) -> dict[str, float]:
    value = round(value, 6)
    if FAMILIES[target] == "span":
        return {"em": round(value * 0.7, 6), "f1": value, "f1_corrected": value}
    if METRICS[target] == "accuracy":
        return {"accuracy": value}
    return {"f1": value, "precision": value, "recall": value}


def _curve(stage: str, source: str, seed: int, recipe: dict[str, Any]) -> dict[str, Any]:
    about = {"stage": stage, "source": source, "seed": seed}
    if not recipe["tasks"]:
        return {**about, "task": None, "recipe": None, "steps": [], "dev": [], "best": None, "collapsed": None}
    steps = [{"step": n, "loss": round(2 / n + 0.3, 6), "lr": 1.0e-4} for n in range(1, 21)]
    top = 60 + sum(map(ord, source + recipe["tasks"][0])) % 30
    dev = [{"step": n, "value": round(top - 90 / n - seed, 6)} for n in (5, 10, 15, 20)]
    collapsed = "dev at chance" if (source, recipe["tasks"][0]) == ("hellaswag", "pawsx") else None
    return {
        **about, "task": recipe["tasks"][0], "recipe": {key: recipe[key] for key in RECIPE}, "steps": steps,
        "dev": dev, "best": dev[-1], "selection": "best", "collapsed": collapsed,
        "counts": {"examples": 500, "truncated": 3},
    }  # fmt: skip
