"""What the trainings took, as far as their records say: steps and inputs, and from these bounds of tokens and compute.

Neither wall time nor power is recorded, because no result depends on them: there is no estimate of energy."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from xstilts.errors import InputError
from xstilts.report.figures.extras import Extras
from xstilts.report.figures.grid import TITLES, Grid, tasks_of
from xstilts.report.page import html
from xstilts.report.page.html import Head, element


def inputs(curve: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Task -> (inputs that were trained on, tokens of an input at most). The last batch of an epoch may be smaller."""
    given = curve["recipe"] or {}
    shared, each = given.get("recipe") or given, given.get("each") or {}
    found = {}
    for task in tasks_of(curve):
        both = (*shared.items(), *_own(given, each, task).items())
        own = {name: value for name, value in both if value is not None}
        sampled = (curve.get("sampled") or {}).get(task)
        steps = steps_of(curve) if sampled is None else sampled
        if "batch" not in own or "max_length" not in own:
            name = f"the curve of {curve['stage']} training {task} from {curve['source']}, seed {curve['seed']}"
            raise InputError(f"{name}: recipe: found {', '.join(own) or 'nothing'}, expected batch and max_length")
        found[task] = (steps * own["batch"], own["max_length"])
    return found


def _own(given: Mapping[str, Any], each: Mapping[str, Any], task: str) -> Mapping[str, Any]:
    """What a recipe says of one task alone."""
    return (given.get("mlm") or {}) if task == "mlm" else (each.get(task) or {})


def steps_of(curve: Mapping[str, Any]) -> int:
    """Optimiser steps of a training."""
    return int(curve["steps"][-1]["step"]) if curve["steps"] else 0


def cost(grid: Grid, extras: Extras) -> list[str]:
    """The section: one line a training, its seeds summed, and what is not known."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for curve in grid.curves:
        if tasks_of(curve) and steps_of(curve):
            task = "" if curve["stage"] == "intermediate" else curve["task"]
            groups.setdefault((curve["source"], curve["stage"], task), []).append(curve)
    if not groups:
        return []
    rows, total, steps, examples = [], 0, 0, 0
    for (source, stage, task), curves in groups.items():
        own = [one for curve in curves for one in inputs(curve).values()]
        seen, tokens = sum(count for count, _ in own), sum(count * length for count, length in own)
        done = sum(map(steps_of, curves))
        what = stage if stage == "intermediate" else f"target {TITLES.get(task, task)}"
        cells = [
            element("td", escape(text)) for text in (what, str(len(curves)), f"{done:,}", f"{seen:,}", f"{tokens:,}")
        ]
        rows.append(html.row(source, cells))
        total, steps, examples = total + tokens, steps + done, examples + seen
    heads = [Head("training"), Head("seeds"), Head("steps"), Head("inputs", "at most"), Head("tokens", "at most")]
    summary = f"{len(groups)} trainings, their seeds together; {steps:,} steps, at most {examples:,} inputs"
    table = html.table(heads, rows, name="cost")
    return [
        element("h2", "Cost", id="costs"),
        *(element("p", escape(text)) for text in _sums(extras, total)),
        html.folded(element("b", "All trainings") + element("span", summary, "soft"), table),
    ]


def _sums(extras: Extras, tokens: int) -> list[str]:
    lines = [
        f"Fine-tuning saw at most {tokens:,} tokens: steps x batch x longest input. How long the inputs were is not "
        "recorded, nor are padding, evaluation, preparation and the backbone's own training counted."
    ]
    if extras.parameters:
        embeddings, layers = extras.parameters
        lines.append(
            f"The encoder has {embeddings + layers:,} parameters, {layers:,} of them in its layers. By 6 x "
            f"parameters of the layers x tokens (Kaplan et al. 2020, arXiv 2001.08361; attention scores left out) that "
            f"bound is {6 * layers * tokens:.2g} FLOP."
        )
    else:
        lines.append("The parameters of a downloaded encoder are in no file that this report reads: no FLOP are given.")
    return [*lines, "Wall time and power are not recorded, so no energy is given: a run elsewhere would have its own."]
