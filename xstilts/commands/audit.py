"""`xstilts audit`: do predictions, cells and tables agree?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from xstilts import paths
from xstilts.cells import audit as cells_audit
from xstilts.cells.audit import Audit
from xstilts.cells.pipeline import Pipeline, is_code
from xstilts.cells.rebuild import place
from xstilts.commands.output import AsJson, print_first, print_json
from xstilts.commands.project import enter
from xstilts.params import read_params


def audit(as_json: AsJson = False) -> None:
    """Do predictions, cells and tables agree?

    Every stored prediction is scored again and the tables are written again. Of what is published (`xstilts publish`)
    all tables are made again, and scores where the predictions of that run are here. Nothing is trained and nothing
    is changed. The exit code is 1 if anything differs.

    \b
    Examples:
      xstilts audit
      xstilts audit --json
    """
    root, params = enter(), read_params()
    pipeline = Pipeline(root)
    if not as_json:
        print(f"predictions, cells and tables of {place(root)}, profile {params.profile}; nothing is trained")
    cells, parts, problems = Audit(), list[dict[str, object]](), list[str]()
    for what, found in cells_audit.audit(params):
        kind = "lines" if what.startswith("results/") else "cells"
        found.problems += moved(pipeline, what) if what in params.target_families() else []
        if not as_json:
            print(f"{what:20} {kind} {found.checked:6}, equal {found.equal:6}", flush=True)
        parts.append({"what": what, "kind": kind, "checked": found.checked, "equal": found.equal})
        problems += found.problems
        if kind == "cells":
            cells.checked, cells.equal = cells.checked + found.checked, cells.equal + found.equal
    for what, checked, equal, wrong in published(root):
        if not as_json:
            own = "the predictions of that run are not here" if not checked else f"{checked:6}, equal {equal:6}"
            print(f"{what:20} {own}", flush=True)
        parts.append({"what": what, "kind": "published", "checked": checked, "equal": equal})
        problems += wrong
    if as_json:
        print_json({"cells": {"checked": cells.checked, "equal": cells.equal}, "parts": parts, "problems": problems})
    else:
        print(f"cells checked {cells.checked}, cells equal {cells.equal}")
        print_first(problems)
    if problems:
        raise typer.Exit(1)


def published(root: Path) -> Iterator[tuple[str, int, int, list[str]]]:
    """What is found of every published folder."""
    for about in sorted(Path("results").glob("*/about.json")):
        from xstilts.publication.publish import audit as again

        yield from again(root, about.parent)


def moved(pipeline: Pipeline, target: str) -> list[str]:
    """Predictions, gold and cells of a target that are not those of dvc.lock, whatever their score."""
    stage = pipeline.writer(paths.cells(target))
    states = {path: pipeline.state(stage.name, path) for path in (*stage.deps, *stage.outs) if not is_code(path)}
    return [f"{path}: {state}, compared with dvc.lock" for path, state in states.items() if state != "as locked"]
