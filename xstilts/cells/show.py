"""One cell as text: its figures, the stages it came from, and where their inputs and outputs lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from xstilts import paths
from xstilts.cells.pipeline import Pipeline, Stage, is_code, overlap
from xstilts.params import Params
from xstilts.scoring.cells import Cell

CORRECTED = ("_corrected", "_strict")  # ends of the names of figures that stand beside the official ones
PLACES = {None: "in git", True: "in the cache", False: "not in the cache"}


def figures(cell: Cell, signature: Mapping[str, Any]) -> Iterator[str]:
    """The scores of a cell, official and corrected ones apart, and what they depend on."""
    corrected = {key: value for key, value in cell["scores"].items() if key.endswith(CORRECTED)}
    official = {key: value for key, value in cell["scores"].items() if key not in corrected}
    yield f"official    {_scores(official)}; in the averages as {cell['main']}"
    yield f"corrected   {_scores(corrected) or 'no other variant of this metric'}"
    yield f"n, split    {cell['n']}, {cell['split']}"
    if "condition" in cell:
        lost, won, n = (cell["flips"][name] for name in ("lost", "won", "n"))
        yield (
            f"condition   {cell['condition']}; of {n} answers {lost} became wrong and {won} right; clean, on the same "
            f"rows: {cell['clean']}"
        )
    yield f"signature   {', '.join(f'{key}: {value}' for key, value in sorted(signature.items()))}"


def _scores(scores: Mapping[str, float]) -> str:
    return ", ".join(f"{key} {value}" for key, value in scores.items())


def chain(params: Params, pipeline: Pipeline, stages: Sequence[Stage], cell: Cell, target: str) -> list[Stage]:
    """Those of `stages` that made the cell's model, and what comes after it: predictions and scores.

    Data, code and the models of other seeds are left out."""
    source, seed = cell["source"], cell["seed"]
    trained = () if params.family(target) == "retrieval" else params.trainings_of(target)
    models = [paths.BACKBONE, paths.encoder(source, seed), *(paths.target(one, source, seed) for one in trained)]
    after = [paths.predictions(target, source), paths.cells(target)]
    wanted = [path.as_posix() for path in (*models, *after)]
    return [stage for stage in stages if any(overlap(out, path) for out in stage.outs for path in wanted)]


def facts(pipeline: Pipeline, stage: Stage) -> dict[str, Any]:
    """What dvc.lock has of one stage (data it reads, code, what it writes), and what of that is here."""
    locked = pipeline.lock.get(stage.name)
    record: dict[str, Any] = {"name": stage.name, "command": stage.command, "locked": locked is not None}
    deps = _unique((locked or {}).get("deps", []))
    record["reads"] = [
        {**_entry(pipeline, stage, one), "from": pipeline.writers(one["path"])}
        for one in deps
        if not is_code(one["path"])
    ]
    record["writes"] = [
        {
            **_entry(pipeline, stage, one),
            "place": PLACES[pipeline.cached(one["path"]) if one["path"] in stage.outs else False],
        }
        for one in (locked or {}).get("outs", [])
    ]
    record["code"] = [_entry(pipeline, stage, one) for one in deps if is_code(one["path"])]
    return record


def short(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The stages and what each writes, learning curves apart: a model, predictions, scores; MD5, size and place."""
    for record in records:
        yield f"{record['name']}: {record['command']}"
        yield from _missing(record)
        for entry in record["writes"]:
            if not entry["path"].startswith("results/curves/"):
                yield f"      writes {_text(entry)}, {entry['place']}{_state(entry)}"


def whole(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The same with all that each stage reads; then the code, one line a file or folder."""
    numbers = {record["name"]: number for number, record in enumerate(records, start=1)}
    users: dict[tuple[str, str], list[int]] = {}
    states: dict[tuple[str, str], str] = {}
    for record in records:
        yield f"{numbers[record['name']]:3} {record['name']}: {record['command']}"
        yield from _missing(record)
        for entry in record["reads"]:
            makers = [numbers[one] for one in entry["from"] if one in numbers]
            place = f"from {ranges(sorted(makers))}" if makers else "made by no stage"
            yield f"      reads  {_text(entry)}, {place}{_state(entry)}"
        for entry in record["writes"]:
            yield f"      writes {_text(entry)}, {entry['place']}{_state(entry)}"
        for entry in record["code"]:
            users.setdefault((entry["path"], entry["md5"]), []).append(numbers[record["name"]])
            states.setdefault((entry["path"], entry["md5"]), _state(entry))
    yield "code: md5, file or folder, the stages that depend on it"
    for (path, md5), using in sorted(users.items()):
        yield f"      {md5}  {path}  {ranges(using)}{states[path, md5]}"


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers with their gaps: `1, 3-5`."""
    starts = [numbers[0], *(b for a, b in pairwise(numbers) if b != a + 1)]
    ends = [*(a for a, b in pairwise(numbers) if b != a + 1), numbers[-1]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends))


def _unique(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """dvc.lock names an input twice where dvc.yaml does, as for data and labels in one folder."""
    return list({entry["path"]: entry for entry in entries}.values())


def _entry(pipeline: Pipeline, stage: Stage, entry: Mapping[str, Any]) -> dict[str, Any]:
    known = entry["path"] in (*stage.deps, *stage.outs)
    here = pipeline.state(stage.name, entry["path"]) if known else "not in dvc.yaml"
    return {
        "path": entry["path"], "md5": entry.get("md5"), "size": entry.get("size", 0), "files": entry.get("nfiles"),
        "here": here,
    }  # fmt: skip


def _missing(record: Mapping[str, Any]) -> Iterator[str]:
    if not record["locked"]:
        yield "      not in dvc.lock: this stage has not been run to its end"


def _text(entry: Mapping[str, Any]) -> str:
    files = f", {entry['files']} files" if entry["files"] is not None else ""
    return f"{entry['path']}  {entry['md5']}  {entry['size']:,} B{files}"


def _state(entry: Mapping[str, Any]) -> str:
    if entry["here"] == "not in dvc.yaml":
        return "; no longer in dvc.yaml"
    return "" if entry["here"] == "as locked" else f"; here: {entry['here']}"
