"""Three learning rates for each backbone, compared on English development sets alone, for `none` alone.

A rate that was tuned for one backbone makes the others look worse. So the target trainings of `none` are made with a
third, once and three times the rates of the profile, with its first seed, and their development scores are reported.
Nothing is taken over by itself: who changes a rate writes it into the profile.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.records.files import read_json

FACTORS = (1 / 3, 1.0, 3.0)
RECIPES = ("classification", "tagging", "span", "choice", "dual")


@dataclass(frozen=True)
class Rate:
    """What a learning rate gives."""

    backbone: str
    training: str
    factor: str
    """How many times the rate of the profile: `1/3`, `1` or `3`."""
    lr: float
    seed: int
    english_dev: float
    """The development score of the checkpoint that would be kept."""


def scaled(content: dict[str, Any], factor: float) -> dict[str, Any]:
    """The parameters of a profile with `none` alone, its first seed, and each target training's rate times a factor."""
    whole = copy.deepcopy(content)
    whole |= {"seeds": whole["seeds"][:1], "sources": {"none": {"tasks": []}}, "translators": {}, "translations": {}}
    recipes = [recipe for group in RECIPES for recipe in (whole["targets"].get(group) or {}).values()]
    recipes += [*whole.get("squad", {}).values(), *(whole[name] for name in ("siqa", "copa") if whole.get(name))]
    for recipe in recipes:
        recipe["lr"] = float(f"{recipe['lr'] * factor:.2g}")
    return whole


def label(factor: float) -> str:
    """`1/3`, `1` or `3`."""
    return f"{factor:.0f}" if factor >= 1 else f"1/{1 / factor:.0f}"


def measured(params: Params, root: Path, factor: float, name: str) -> list[Rate]:
    """The development scores of a run in `root`. A training without a development set has none and is left out."""
    found = []
    seed = params.seeds[0]
    for training in params.trainings():
        path = root / paths.curve("target", training, "none", seed)
        curve = read_json(path)
        recipe = params.training(training)
        if curve["recipe"]["lr"] != recipe.lr:
            raise InputError(f"{path}: found the learning rate {curve['recipe']['lr']}, expected {recipe.lr}")
        scores = [point["value"] for point in curve["dev"]]
        if scores:
            kept = curve["best"]["value"] if curve["best"] and recipe.selection == "best" else scores[-1]
            found.append(Rate(name, training, label(factor), recipe.lr, seed, round(kept, 4)))
    return found
