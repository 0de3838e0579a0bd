"""The files of results that later stages read: what must stand in them is checked once, when they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.records.files import read_json
from xstilts.records.forms import Each, Maybe, check

Document = dict[str, Any]

CELL = {
    "source": str, "seed": int, "language": str, "split": str, "n": int, "scores": Each(float), "main": float,
}  # fmt: skip
CELLS = {
    "target": str, "family": str, "metric": str, "languages": Each(str), "cells": [CELL], "chance": Each(float),
    "counts": Each(Each(Maybe(int))), "signature": Each(object),
}  # fmt: skip
POINT = {"step": int, "value": float}
OWN = {"batch": Maybe(int, True), "max_length": Maybe(int, True)}  # of a recipe, or of what it says of one task
RECIPE = {
    **OWN, "recipe": Maybe(OWN, True), "each": Maybe(Each(Maybe(OWN)), True), "mlm": Maybe(OWN, True),
    "languages": Maybe([str], True), "tasks": Maybe([str], True),
}  # fmt: skip
MADE = {"arithmetic": str, "device": str, "operations": Each(str), "versions": Each(str)}
CURVE = {
    "stage": str, "source": str, "seed": int, "recipe": Maybe(RECIPE), "collapsed": Maybe(str), "best": Maybe(POINT),
    "made": Maybe(MADE, True),
    "steps": [{"step": int, "loss": float, "lr": float, "task": Maybe(str, True)}],
    "dev": [{**POINT, "tasks": Maybe(Each(float), True)}],
}  # fmt: skip
COUNTED = Each(int)
CURVES = {
    "intermediate": {**CURVE, "tasks": [str], "counts": Maybe(Each(COUNTED), True), "sampled": Maybe(COUNTED, True)},
    "target": {
        **CURVE, "task": str, "counts": Maybe(COUNTED, True), "sampled": Maybe(COUNTED, True),
        "languages": Maybe([str], True), "head": Maybe(object, True),
    },
}  # fmt: skip
TASK = {"family": str, "metric": str, "chance": Maybe(float), "figures": [str], "note": Maybe(str)}
PART = {"n": int, "main": float}
DEVELOPMENT = {
    "tasks": Each({**TASK, "signature": Maybe(Each(object), True)}),
    "cells": [{**PART, "source": str, "seed": int, "task": str, "scores": Each(float), "parts": Each(PART)}],
}
GAIN = {
    "source": str, "target": str, "gain": float, "low": Maybe(float), "high": Maybe(float), "p_holm": Maybe(float),
    "better": bool, "worse": Maybe(bool, True),
}  # fmt: skip
SCORE = {"source": str, "target": str, "seed": int, "language": str, "low": float, "high": float}
STATISTICS = {"settings": {"level": float}, "gains": [GAIN], "scores": Maybe([SCORE], True)}
TRANSLATIONS = Each({
    "task": str, "language": str, "by": str, "rows_in": int, "rows_out": int, "chrf": Maybe(float),
    "dropped": Each(int), "length_ratio": float, "copies": float, "signature": Each(object),
})  # fmt: skip
CONTROLS = {"profile": str, "seeds": [int], "targets": Each(Each(Each(float)))}


def read_cells(path: Path) -> Document:
    """The cells of one target; every language has a chance level, and all cells the figures that head a column."""
    found: Document = check(read_json(path), CELLS, path)
    if lacking := sorted({*found["languages"]} - {*found["chance"]}):
        raise InputError(f"{path}: chance: found none for {', '.join(lacking)}, expected one for every language")
    has_em = any("em" in cell["scores"] for cell in found["cells"])
    for place, cell in enumerate(found["cells"]):
        if has_em != ("em" in cell["scores"]) or (has_em and "f1" not in cell["scores"]):
            names = ", ".join(cell["scores"]) or "none"
            raise InputError(
                f"{path}: cells[{place}].scores: found {names}, expected em and f1 in all cells or in none"
            )
    return found


def read_curve(path: Path) -> Document:
    """The course of one training of an encoder or of a target."""
    found = check(read_json(path), {"stage": str}, path)
    if found["stage"] not in CURVES:
        raise InputError(f"{path}: stage: found {found['stage']!r}, expected one of {', '.join(CURVES)}")
    checked: Document = check(found, CURVES[found["stage"]], path)
    tasks = checked["tasks"] if found["stage"] == "intermediate" else [checked["task"]]
    if len(tasks) > 1:
        for kind, key in (("dev", "tasks"), ("steps", "task")):
            for place, one in enumerate(checked[kind]):
                if one.get(key) is None:
                    raise InputError(f"{path}: {kind}[{place}].{key} is missing; the training has several tasks")
    return checked


def read_development(path: Path) -> Document:
    """The development scores of the intermediate tasks; every cell has the figures that its task declares."""
    found: Document = check(read_json(path), DEVELOPMENT, path)
    for place, cell in enumerate(found["cells"]):
        figures = found["tasks"].get(cell["task"], {"figures": []})["figures"]
        if lacking := [name for name in figures if name not in cell["scores"]]:
            raise InputError(f"{path}: cells[{place}].scores: found no {lacking[0]}, which heads the task's column")
    return found


def read_statistics(path: Path) -> Document:
    """Intervals and tests."""
    found: Document = check(read_json(path), STATISTICS, path)
    return found


def read_translations(path: Path) -> Document:
    """How good each translation looks."""
    found: Document = check(read_json(path), TRANSLATIONS, path)
    return found


def read_controls(path: Path) -> Document:
    """The figures of controls that an earlier run has left."""
    found: Document = check(read_json(path), CONTROLS, path)
    return found
