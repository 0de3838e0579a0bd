"""Models that nobody needs now, as all that was predicted with them is there: they take most of the disk.

`dvc repro --allow-missing` has nothing to do without them, and `xstilts rebuild` makes them again.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from xstilts.cells.pipeline import Pipeline, listed, overlap
from xstilts.records.files import discard

MODELS = "models/"
KEPT = "models/backbone"  # one alone, from which every new row begins


def spent(pipeline: Pipeline) -> list[str]:
    """Outputs of models, in the order of the stages, all of whose readers have made something that is in DVC's cache or
    in git, or that is a model that is spent itself. A model that is not as dvc.lock has it is not among them."""
    found: list[str] = []
    for name, stage in reversed(pipeline.stages.items()):
        if name not in pipeline.lock:
            continue
        for out in stage.outs:
            readers = [one for one in pipeline.stages.values() if any(overlap(out, dep) for dep in one.deps)]
            if not out.startswith(MODELS) or out == KEPT or not readers or pipeline.state(name, out) == "modified":
                continue
            if all(_done(pipeline, reader.name, found) for reader in readers):
                found.append(out)
    return found[::-1]


def _done(pipeline: Pipeline, name: str, models: Iterable[str]) -> bool:
    """Whether everything that a stage writes is kept, models that are spent apart."""
    return name in pipeline.lock and all(
        out in models or pipeline.cached(out) is not False for out in pipeline.stages[name].outs
    )


def drop(pipeline: Pipeline, root: Path, outs: Iterable[str]) -> int:
    """Remove models from the working folder and, where the cache is the project's own, from DVC's cache. Files that
    another output has too stay there. Returns the bytes that the cache has lost."""
    gone = {*outs}
    for out in gone:
        discard(root / out)
    cache = pipeline.repo.cache.local
    if not Path(cache.path).resolve().is_relative_to(root.resolve()):  # other projects may need what lies there
        return 0
    entries = [(out["path"], out["md5"]) for stage in pipeline.lock.values() for out in stage["outs"] if "md5" in out]
    needed = {one for path, md5 in entries if path not in gone for one in _files(cache, md5)}
    freed = 0
    for file in {one for path, md5 in entries if path in gone for one in _files(cache, md5)} - needed:
        freed += file.stat().st_size
        file.unlink()
    return freed


def _files(cache: Any, md5: str) -> list[Path]:
    """The files of an output in DVC's cache, with the list of a folder; those that are there."""
    files = [Path(cache.oid_to_path(one)) for one in (md5, *(entry["md5"] for entry in listed(cache, md5) or ()))]
    return [file for file in files if file.exists()]
