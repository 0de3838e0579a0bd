"""The present run as a record: what its predictions are worth, as far as it has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from xstilts import paths
from xstilts.cells.pipeline import Pipeline, is_code
from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.params.load import load
from xstilts.publication.record import Pair, Recipes, Record, Units, no_development
from xstilts.records import prepared
from xstilts.records.files import read_json, read_text
from xstilts.records.results import read_curve
from xstilts.scoring import stored
from xstilts.scoring.cells import Gold
from xstilts.scoring.development import development
from xstilts.scoring.document import score
from xstilts.statistics.collect import collect

PARAMS = Path("params.yaml")


def gather(params: Params, root: Path, run: Mapping[str, Any]) -> tuple[Record, list[str]]:
    """The record of every row and seed that is finished, and a line for each that is not; `run` is what is said of it.

    Finished is what has predictions for all targets and trainings that dvc.lock knows."""
    pipeline = Pipeline(root)
    for target in params.target_families():
        if not (paths.PREPARED / target / "task.json").exists():
            place = paths.PREPARED / target
            raise InputError(f"{place}: nothing there; what is scored comes from it (run `dvc repro`)")
    golds = {target: Gold(params, target) for target in params.target_families()}
    content = load(read_text(PARAMS), PARAMS)
    finished, lines = list[Pair](), list[str]()
    for source, seed in product(params.sources, params.seeds):
        lacks = [*_lacks(params, content, pipeline, source, seed)]
        if lacks:
            lines.append(f"{source}, seed {seed}: not finished: {lacks[0]}" + _more(len(lacks) - 1))
        else:
            finished.append((source, seed))
    recipes: Recipes = {}
    for source in dict.fromkeys(source for source, _ in finished):
        for target in golds:
            recipes |= parts(params, pipeline, target, source)
    record = Record(content, recipes, [{**run, "rows": [f"{source}/{seed}" for source, seed in finished]}])
    for target, gold in golds.items() if finished else ():
        record.cells[target] = score(params, gold, finished)
        record.units[target] = units(params, target, finished)
    for source, seed in finished:
        for path in _curves(params, source, seed):
            record.curves[path] = read_curve(path)
    record.intermediate = answered(params, finished)
    if paths.TRANSLATIONS.exists():
        record.translations = read_json(paths.TRANSLATIONS)
    return record, lines


def _more(number: int) -> str:
    return f" (and {number} more)" if number else ""


def _curves(params: Params, source: str, seed: int) -> list[Path]:
    targets = [paths.curve("target", name, source, seed) for name in params.trainings()]
    return [paths.curve("intermediate", source, seed), *targets]


def _lacks(params: Params, content: Mapping[str, Any], pipeline: Pipeline, source: str, seed: int) -> Iterator[str]:
    """What one row and seed has not yet, in words."""
    for target in params.target_families():
        path = paths.predictions(target, source) / f"{seed}.parquet"
        if not path.exists():
            yield f"no predictions in {path}"
        elif stale := _stale(content, pipeline, target, source):
            yield stale
    yield from (f"no course of the training in {path}" for path in _curves(params, source, seed) if not path.exists())
    own = params.source(source)
    for task in [*own.tasks, *["mlm"] * bool(own.mlm)]:
        path = paths.predictions("intermediate", source) / str(seed) / f"{task}.parquet"
        if not path.exists():
            yield f"no development scores of {task}: {path}"


def _stale(content: Mapping[str, Any], pipeline: Pipeline, target: str, source: str) -> str:
    """What in dvc.lock is not what lies here, or not what made the predictions of one row and target; or nothing."""
    written: dict[str, str] = {}
    for stage in pipeline.behind(target, source):
        if not _part(stage.name, "", ""):
            continue
        if stage.name not in pipeline.lock:
            return f"{stage.name} is not in dvc.lock"
        locked = pipeline.lock[stage.name]
        for one in locked.get("deps") or ():
            if written.get(one["path"], one.get("md5")) != one.get("md5"):
                return f"{one['path']} is no longer what {stage.name} has read"
        for key, value in (locked.get("params") or {}).get("params.yaml", {}).items():
            if key != "seeds" and _at(content, key) != value:
                return f"{key} of params.yaml is not what {stage.name} was run with"
        written |= {one["path"]: one.get("md5") for one in locked.get("outs") or ()}
    last = pipeline.writer(paths.predictions(target, source)).name
    gold = [paths.PREPARED / target, *[paths.CONDITIONS / target] * (target in (_at(content, "conditions") or {}))]
    for path in map(str, (paths.predictions(target, source), *gold)):
        if (state := pipeline.state(last, path)) != "as locked":
            return f"{path}: {state}, compared with dvc.lock"
    return ""


def _at(content: Any, key: str) -> Any:
    for name in key.split("."):
        content = content.get(name) if isinstance(content, dict) else None
    return content


def _part(stage: str, source: str, training: str) -> str:
    """The part of the way to a score that a stage is; nothing for stages whose work shows in the hashes of data."""
    name = stage.split("@")[0]
    if name.startswith(("target-", "evaluate-")) and name != "evaluate-intermediate":
        return f"training {training}" if name.startswith("target-") else "scores"
    return {"backbone": "encoder", "intermediate": f"source {source}"}.get(name, "")


def parts(params: Params, pipeline: Pipeline, target: str, source: str) -> Recipes:
    """Part of the way to the scores of one row and target -> the parameters and hashes of data that make it what it is.

    Left out are code, seeds and models, and where files lie: the same row may come from another folder."""
    found: Recipes = {}
    training = "" if params.family(target) == "retrieval" else params.training_of(target)
    for stage in pipeline.behind(target, source):
        key = _part(stage.name, source, training)
        key = f"scores of {target}" if key == "scores" else key
        if not key or stage.name not in pipeline.lock:
            continue
        locked = pipeline.lock[stage.name]
        part = found.setdefault(key, {})
        for file in (locked.get("params") or {}).values():
            part |= {place: value for place, value in file.items() if place != "seeds"}
        for one in locked.get("deps") or ():
            path = str(one["path"])
            if is_code(path) or path.startswith("models/"):
                continue
            if path.startswith(str(paths.CONDITIONS)) and target not in params.conditions:  # nothing lies there
                continue
            place = "files of the encoder" if key == "encoder" else path
            if path.startswith(f"data/mixtures/{source}/") and not key.startswith("source"):
                found.setdefault(f"source {source}", {})[path] = one.get("md5")
            else:
                part[place] = one.get("md5")
    for part in found.values():
        if isinstance(own := part.get("backbone"), dict):
            part["backbone"] = {name: value for name, value in own.items() if name != "from"}
    return found


def units(params: Params, target: str, pairs: list[Pair]) -> dict[tuple[str, int, str], Units]:
    """What the intervals of one target are made from, by run and language; names of units become numbers.

    Under a condition the language is `tr@swap-0.10`; where it changes nothing there is none. Where it has fewer rows,
    the clean ones with its ids stand under `tr@clean-typos`."""
    found: dict[tuple[str, int, str], Units] = {}
    for source in dict.fromkeys(source for source, _ in pairs):
        seeds = [seed for own, seed in pairs if own == source]
        asked = params.model_copy(update={"seeds": seeds})
        sample = collect(asked, target, [source], params.conditions.get(target, ()))
        numbers: dict[str, int] = {}
        for language, names in sample.units.items():
            own = tuple(numbers.setdefault(name, len(numbers)) for name in names)
            counts = sample.counts[language]
            if sample.task.metric == "accuracy" and sample.task.family == "classification":
                counts = counts[..., :2]  # the others, of QQP's F1 alone, would tell labels
            for place, seed in enumerate(seeds):
                found[source, seed, language] = Units(own, np.asarray(counts[:, place]))
    return found


def answered(params: Params, runs: Iterable[Pair]) -> dict[str, Any]:
    """The development scores of the tasks of some rows. Of a classification a cell has `answers` too: how often which
    label was given for which, from which other figures can be made."""
    whole = no_development()
    for source, seed in runs:
        own = {"sources": {source: params.source(source)}, "seeds": [seed]}
        one = development(params.model_copy(update=own))
        for cell in one["cells"]:
            if one["tasks"][cell["task"]]["family"] == "classification":
                cell["answers"] = _answers(source, seed, cell["task"])
        whole["tasks"] |= one["tasks"]
        whole["cells"] += one["cells"]
    return whole


def _answers(source: str, seed: int, task: str) -> dict[str, dict[str, int]]:
    """Label -> answer -> how often, on the development set of a source's task."""
    data = paths.mixture(source)
    facts = prepared.facts(task, folder=data)
    given = {
        row["id"]: row["prediction"]
        for row in stored.answers(facts, paths.predictions("intermediate", source) / str(seed) / f"{task}.parquet")
    }
    found = {label: dict.fromkeys(facts.labels, 0) for label in facts.labels}
    for row in prepared.gold(facts, "dev", "en", data):
        found[row["label"]][given[row["id"]]] += 1
    return found
