"""From the grid to the runs of the MLflow view."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from stages.report.averages import task_scores
from stages.report.grid import MAIN, Grid
from stages.report.mlflow_view import Record


def records(grid: Grid) -> list[Record]:
    """One record per (source, target, seed), and one per training with its curve."""
    sources = [*grid.sources, *grid.controls]
    runs = [_scores(grid, *run) for run in product(grid.targets, sources, grid.seeds)]
    return runs + [_training(grid, curve) for curve in grid.curves if curve["task"]]


def _scores(grid: Grid, target: str, source: str, seed: int) -> Record:
    """Scores of every language as metrics `xnli/sw`, further figures as `xnli/sw/f1_strict`; the mean as `mean`."""
    document, metrics = grid.documents[target], []
    for language in grid.languages(target):
        scores = grid.scores[target, source, seed, language]
        metrics.append((f"{target}/{language}", scores[MAIN], 0))
        if len(scores) > 2:
            metrics += [(f"{target}/{language}/{name}", value, 0) for name, value in scores.items() if name != MAIN]
    metrics.append((f"{target}/mean", task_scores(grid, target, source)[grid.seeds.index(seed)], 0))
    training = _curve(grid, "target", grid.training_of[target], source, seed)
    intermediate = _curve(grid, "intermediate", None, source, seed)
    params = {**_params("target", training), **_params("intermediate", intermediate)}
    signature = {f"signature.{name}": str(value) for name, value in document["signature"].items()}
    tags = _tags(grid, "score", source, seed, target=target, family=document["family"])
    collapsed = grid.collapsed(target, source).get(seed)
    return Record(
        name=f"{target} from {source}, seed {seed}", tags={**tags, **({"collapsed": collapsed} if collapsed else {})},
        params={**params, **signature}, metrics=metrics,
    )  # fmt: skip


def _training(grid: Grid, curve: Mapping[str, Any]) -> Record:
    """Loss, learning rate and English development score by step."""
    metrics = [(name, float(point[name]), int(point["step"])) for point in curve["steps"] for name in ("loss", "lr")]
    metrics += [("dev", float(point["value"]), int(point["step"])) for point in curve["dev"]]
    if curve["best"]:
        metrics.append(("dev_kept", float(curve["best"]["value"]), int(curve["best"]["step"])))
    stage, task, source, seed = (curve[name] for name in ("stage", "task", "source", "seed"))
    tags = _tags(grid, stage, source, seed, task=task)
    if curve["collapsed"]:
        tags["collapsed"] = str(curve["collapsed"])
    counts = {f"count.{name}": str(value) for name, value in (curve.get("counts") or {}).items()}
    name = f"target {task} from {source}" if stage == "target" else f"{stage} {source}"  # as the training calls itself
    params = {**_params(stage, curve), **counts}
    return Record(name=f"{name}, seed {seed}", tags=tags, params=params, metrics=metrics)


def _curve(grid: Grid, stage: str, task: str | None, source: str, seed: int) -> Mapping[str, Any] | None:
    """The training of one stage, source and seed (and task, for the target stage); None if nothing was trained."""
    for curve in grid.curves:
        same = (curve["stage"], curve["source"], curve["seed"]) == (stage, source, seed)
        if same and curve["task"] and (stage == "intermediate" or curve["task"] == task):
            return curve
    return None


def _params(stage: str, curve: Mapping[str, Any] | None) -> dict[str, str]:
    if not curve:
        return {}
    return {f"{stage}.task": str(curve["task"]), **{f"{stage}.{k}": str(v) for k, v in (curve["recipe"] or {}).items()}}


def _tags(grid: Grid, stage: str, source: str, seed: int, **more: str) -> dict[str, str]:
    control = {"control": grid.controls[source]} if source in grid.controls else {}
    return {"stage": stage, "source": source, "seed": str(seed), "profile": grid.profile, **control, **more}
