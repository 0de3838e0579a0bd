"""One cell as text: its figures, the stages it came from, and where their inputs and outputs lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from xstilts.cells.pipeline import Pipeline, Stage
from xstilts.scoring.cells import Cell

CORRECTED = ("_corrected", "_strict")  # ends of the names of figures that stand beside the official ones


def figures(cell: Cell, signature: Mapping[str, Any]) -> Iterator[str]:
    """The scores of a cell, official and corrected ones apart, and what they depend on."""
    corrected = {key: value for key, value in cell["scores"].items() if key.endswith(CORRECTED)}
    official = {key: value for key, value in cell["scores"].items() if key not in corrected}
    yield f"official    {_scores(official)}; in the averages as {cell['main']}"
    yield f"corrected   {_scores(corrected) or 'no other variant of this metric'}"
    yield f"n, split    {cell['n']}, {cell['split']}"
    yield f"signature   {', '.join(f'{key}: {value}' for key, value in sorted(signature.items()))}"


def _scores(scores: Mapping[str, float]) -> str:
    return ", ".join(f"{key} {value}" for key, value in scores.items())


def lineage(pipeline: Pipeline, stages: Sequence[Stage]) -> Iterator[str]:
    """Every stage with its command, the data it reads and writes; then the code, one line a file."""
    numbers = {stage.name: number for number, stage in enumerate(stages, start=1)}
    for stage in stages:
        yield f"{numbers[stage.name]:3} {stage.name}: {stage.command}"
        locked = pipeline.lock.get(stage.name)
        if locked is None:
            yield "      not in dvc.lock: this stage has not been run to its end"
        for entry in _unique((locked or {}).get("deps", [])):
            if not is_code(entry["path"]):
                makers = [numbers[one] for one in pipeline.writers(entry["path"]) if one in numbers]
                place = f"from {ranges(makers)}" if makers else "made by no stage"
                yield f"      reads  {_entry(entry)}, {place}{_state(pipeline, stage, entry['path'])}"
        for entry in (locked or {}).get("outs", []):
            cached = pipeline.cached(entry["path"]) if entry["path"] in stage.outs else False
            place = {None: "in git", True: "in the cache", False: "not in the cache"}[cached]
            yield f"      writes {_entry(entry)}, {place}{_state(pipeline, stage, entry['path'])}"
    yield "code: md5, file, the stages that depend on it"
    users: dict[tuple[str, str], list[Stage]] = {}
    for stage in stages:
        for entry in _unique(pipeline.lock.get(stage.name, {}).get("deps", [])):
            if is_code(entry["path"]):
                users.setdefault((entry["path"], entry["md5"]), []).append(stage)
    for (path, md5), using in sorted(users.items()):
        used = ranges([numbers[stage.name] for stage in using])
        yield f"      {md5}  {path}  {used}{_state(pipeline, using[0], path)}"


def is_code(path: str) -> bool:
    """Whether an input is code of this repository."""
    return path.startswith("stages/")


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers with their gaps: `1, 3-5`."""
    starts = [numbers[0], *(b for a, b in pairwise(numbers) if b != a + 1)]
    ends = [*(a for a, b in pairwise(numbers) if b != a + 1), numbers[-1]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends))


def _unique(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """dvc.lock names an input twice where dvc.yaml does, as for data and labels in one folder."""
    return list({entry["path"]: entry for entry in entries}.values())


def _entry(entry: Mapping[str, Any]) -> str:
    files = f", {entry['nfiles']} files" if "nfiles" in entry else ""
    return f"{entry['path']}  {entry.get('md5')}  {entry.get('size', 0):,} B{files}"


def _state(pipeline: Pipeline, stage: Stage, path: str) -> str:
    if path not in (*stage.deps, *stage.outs):
        return "; no longer in dvc.yaml"
    state = pipeline.state(stage.name, path)
    return "" if state == "as locked" else f"; here: {state}"
