"""From the grid to the runs of the MLflow view."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.report.figures.averages import overall, task_scores, zero_shot_scores
from xstilts.report.figures.grid import BESIDE, MAIN, Grid, dev_curve, loss_curve, mean, tasks_of
from xstilts.tracking.view import Input, Record

Metrics = list[tuple[str, float, int]]
Hashes = Mapping[str, str]  # path -> MD5 as DVC has it
SHOWN = ("report.html", "table.*", "intermediate.*", "long.csv", "heatmap.svg", "statistics.json", "findings.json")


def records(grid: Grid, hashes: Hashes | None = None) -> list[Record]:
    """One record per (source, target, seed) and one per intermediate training, in the order of the table.

    `hashes` are DVC's (`tracked`): data sets become inputs, models and predictions tags, where theirs is known."""
    hashes = hashes or {}
    cells = [_cell(grid, hashes, *run) for run in product(grid.targets, grid.everything, grid.seeds)]
    trained = [curve for curve in grid.curves if curve["stage"] == "intermediate" and curve["tasks"]]
    return cells + [_intermediate(grid, hashes, curve) for curve in trained]


def tables_record(grid: Grid, results: Path) -> Record:
    """The run that has the report and the tables as artifacts, and as metrics what the table averages.

    Each rebuild at another commit writes it anew, so that the store says which figures a commit had."""
    noised = ["conditions.*"] if any(grid.conditions(target) for target in grid.targets) else []
    files = sorted(path for pattern in (*SHOWN, *noised) for path in results.glob(pattern))
    artifacts = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    metrics = [(f"average/{source}", mean(scores), 0) for source in grid.sources if (scores := overall(grid, source))]
    tags = {"stage": "tables", "profile": grid.profile, "seeds": ", ".join(map(str, grid.seeds))}
    return Record("tables", tags, {}, metrics, artifacts=artifacts, each_commit=True)


def _cell(grid: Grid, hashes: Hashes, target: str, source: str, seed: int) -> Record:
    """Scores of every language as metrics `xnli/sw` (F1 and EM as `xquad.em/sw`, those under a condition as
    `xnli.swap-0.10/sw`), and the training behind them."""
    document = grid.documents[target]
    metrics: Metrics = _means(grid, target, source, grid.seeds.index(seed))
    for language in grid.languages(target):
        scores = grid.scores[target, source, seed, language]
        metrics.append((f"{target}/{language}", scores[MAIN], 0))
        shown = [one for one in (*grid.figures(target), *BESIDE.get(document["metric"], ())) if one != MAIN]
        metrics += [(f"{target}.{figure}/{language}", scores[figure], 0) for figure in shown]
        for condition in grid.conditions(target):  # MLflow takes no `@`
            if noised := grid.scores.get((target, source, seed, paths.under(language, condition))):
                metrics.append((f"{target}.{condition}/{language}", noised[MAIN], 0))
    training = _curve(grid, "target", source, seed, grid.training_of[target])
    intermediate = _curve(grid, "intermediate", source, seed)
    params = {**_params("target", training), **_params("intermediate", intermediate)}
    params |= {f"signature.{name}": str(value) for name, value in document["signature"].items()}
    tags = _tags(grid, "target" if training else "evaluate", source, seed, target=target, family=document["family"])
    if intermediate:
        tags["parent"] = _name(intermediate)
    if collapsed := grid.collapsed(target, source).get(seed):
        tags["collapsed"] = collapsed
    trained = grid.training_of[target]
    model = paths.target(trained, source, seed) if trained else paths.encoder(source, seed)
    tags |= _file("model", hashes, model) | _file("predictions", hashes, paths.predictions(target, source))
    inputs = _inputs(
        hashes,
        (paths.PREPARED / trained / "train/en.parquet" if training and trained else None, "training"),
        (paths.PREPARED / trained / "dev/en.parquet" if training and trained else None, "validation"),
        (paths.PREPARED / target, "evaluation"),
        (paths.mixture(source) if intermediate else None, "intermediate training"),
    )
    return Record(f"{target} from {source}, seed {seed}", tags, params, metrics + _steps(training), inputs)


def _means(grid: Grid, target: str, source: str, position: int) -> Metrics:
    """Of one seed: the mean of all languages, and of those that no row was trained in; the difference of the first to
    `none` at the same seed."""
    own, zero_shot = task_scores(grid, target, source), zero_shot_scores(grid, target, source)
    metrics = [("mean", own[position], 0)]
    if zero_shot:
        metrics.append(("mean.zero-shot", zero_shot[position], 0))
    if "none" in grid.sources and source != "none":
        metrics.append(("mean.gain", own[position] - task_scores(grid, target, "none")[position], 0))
    return metrics


def _file(name: str, hashes: Hashes, path: Path) -> dict[str, str]:
    """Where a model or predictions lie, and as which hash DVC has them: enough for `dvc pull`."""
    known = {f"{name}.md5": hashes[str(path)]} if str(path) in hashes else {}
    return {name: str(path), **known}


def _inputs(hashes: Hashes, *given: tuple[Path | None, str]) -> list[Input]:
    """The data sets whose hash is known, named by what is theirs in the path: `xnli/train/en`, `mnli/intermediate`."""
    there = [(path, context) for path, context in given if path and str(path) in hashes]
    return [Input("/".join(p.with_suffix("").parts[2:]), hashes[str(p)], str(p), context) for p, context in there]


def _intermediate(grid: Grid, hashes: Hashes, curve: Mapping[str, Any]) -> Record:
    """Loss and development score by step, all together and for each task; the task's own development scores."""
    tags = _tags(grid, "intermediate", curve["source"], curve["seed"], task="+".join(curve["tasks"]))
    if curve["collapsed"]:
        tags["collapsed"] = curve["collapsed"]
    tags |= _file("model", hashes, paths.encoder(curve["source"], curve["seed"]))
    inputs = _inputs(hashes, (paths.mixture(curve["source"]), "intermediate training"))
    metrics = [*_development(grid, curve), *_steps(curve)]
    return Record(_name(curve), tags, _params("intermediate", curve), metrics, inputs)


def _name(curve: Mapping[str, Any]) -> str:
    """The run of an intermediate training; runs that stand on it have it in their tag `parent`."""
    return f"intermediate {curve['source']}, seed {curve['seed']}"


def _development(grid: Grid, curve: Mapping[str, Any]) -> Metrics:
    """`dev/mnli`, with several figures `dev.em/squad_v2` too, and the parts of a set as `dev.anli_plus/anli/r1`."""
    metrics: Metrics = []
    for task in curve["tasks"]:
        cell, figures = (
            grid.development.cells[task, curve["source"], curve["seed"]],
            grid.development.figures(task),
        )
        metrics.append((f"dev/{task}", cell["main"], 0))
        metrics += [(f"dev.{name}/{task}", cell["scores"][name], 0) for name in figures if len(figures) > 1]
        metrics += [(f"dev.{task}/{name}", part["main"], 0) for name, part in cell["parts"].items()]
    return metrics


def _curve(grid: Grid, stage: str, source: str, seed: int, task: str | None = None) -> Mapping[str, Any] | None:
    """The training of one stage, source and seed (and task, for the target stage); None if nothing was trained."""
    for curve in grid.curves:
        same = (curve["stage"], curve["source"], curve["seed"]) == (stage, source, seed)
        if same and tasks_of(curve) and (stage == "intermediate" or curve["task"] == task):
            return curve
    return None


def _steps(curve: Mapping[str, Any] | None) -> Metrics:
    if not curve:
        return []
    points: Metrics = [(f"train/{name}", p[name], p["step"]) for p in curve["steps"] for name in ("loss", "lr")]
    points += [("train/dev", point["value"], point["step"]) for point in curve["dev"]]
    if curve["stage"] == "intermediate":
        for task in curve["tasks"]:
            points += [(f"train/loss/{task}", value, step) for step, value in loss_curve(curve, task)]
            points += [(f"train/dev/{task}", value, step) for step, value in dev_curve(curve, task)]
    return points


def _params(stage: str, curve: Mapping[str, Any] | None) -> dict[str, str]:
    """The recipe of one training, and what was counted in its data."""
    if not curve:
        return {}
    source = curve["recipe"] or {}
    recipe = {**source, **source.get("recipe", {})}  # in params.yaml a source's recipe stands beside its own settings
    recipe = {name: value for name, value in recipe.items() if name not in ("recipe", "tasks")}
    about = {name: curve[name] for name in ("languages", "head") if curve.get(name)}
    counted = {"count": curve.get("counts") or {}, "sampled": curve.get("sampled") or {}}
    return _flat(stage, {**recipe, **counted, **about, "task": "+".join(tasks_of(curve))})


def _flat(name: str, value: Any) -> dict[str, str]:
    """Nested values as MLflow takes them: `target.lr`, `intermediate.count.mnli.examples`; lists joined by `+`."""
    if isinstance(value, Mapping):
        return {key: text for own in value for key, text in _flat(f"{name}.{own}", value[own]).items()}
    return {name: "+".join(map(str, value)) if isinstance(value, list) else str(value)}


def _tags(grid: Grid, stage: str, source: str, seed: int, **more: str) -> dict[str, str]:
    """`row` is `record` for a row of the table, else what makes it none: a control, or another choice of checkpoint."""
    row = grid.controls.get(source) or grid.selections.get(source, ("", "record"))[1]
    return {"stage": stage, "source": source, "seed": str(seed), "profile": grid.profile, "row": row, **more}
