"""Exactly what the parameters ask for: a gap is refused with its name, what nobody asks for any more is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from xstilts import paths
from xstilts.errors import InputError
from xstilts.records.files import read_json
from xstilts.records.kept import files

if TYPE_CHECKING:
    from xstilts.params import Params

Key = TypeVar("Key", bound=tuple[Any, ...])
Value = TypeVar("Value")
WRITTEN = re.compile(  # files of stages, by their names
    r"results/predictions/(?:intermediate/[^/]+/\d+/[^/]+|[^/]+/[^/]+/\d+)\.(?:parquet|json)"
    r"|results/submissions/[^/]+/(?:\d+\.json|\d+/[^/]+/test-[^/]+)"
    r"|models/(?:intermediate|target/[^/]+)/[^/]+/\d+/"
    r"(?:(?:config|xstilts|tokenizer)\.json|model[^/]*\.safetensors(?:\.index\.json)?|heads/[^/]+/head\.\w+)"
)


def cells_of(params: Params) -> list[Path]:
    """The files of scores that the parameters ask for."""
    return [paths.cells(target) for target in params.target_families()]


def curves_of(params: Params) -> list[Path]:
    """The learning curves that the parameters ask for: first of intermediate, then of target trainings."""
    runs = list(product(params.sources, params.seeds))
    curves = [paths.curve("intermediate", *run) for run in runs]
    return curves + [paths.curve("target", name, *run) for name, run in product(params.trainings(), runs)]


def all_there(files: Iterable[Path]) -> None:
    """Refuse a gap. Raises `InputError` with the first file that is not there."""
    for path in files:
        if not path.exists():  # a folder in its place is refused by the one that reads it
            raise InputError(f"{path}: file not found; params.yaml asks for it (run `dvc repro`)")


def left_over(params: Params) -> list[Path]:
    """What other parameters have made: files and folders of sources, targets and seeds that are in no section now.

    They are no part of any table. `xstilts clean` lists and removes them. Files that no stage writes are left out, and
    so are their folders: the files beside them are named one by one."""
    sources, seeds, trained = {*params.sources}, {str(seed) for seed in params.seeds}, {*params.trainings()}
    targets = {*params.target_families()}
    wanted = {*cells_of(params), *curves_of(params), paths.curve("backbone")}
    found = [path for folder in ("cells", "curves") for path in Path("results", folder).rglob("*.json")]
    stale = [path for path in found if path not in wanted and _written_here(path)]
    kinds = [
        ("results/predictions", ({*targets, "intermediate"}, sources)), ("results/submissions", (sources,)),
        ("models/intermediate", (sources, seeds)), ("models/target", (trained, sources, seeds)),
    ]  # fmt: skip
    for root, levels in kinds:
        for folder in _unknown_below(Path(root), levels):
            all_ = [folder / name for name in files(folder)]
            own = [path for path in all_ if _written_here(path)]
            stale += [folder] if len(own) == len(all_) else own
    return sorted(stale)


def _written_here(path: Path) -> bool:
    """Whether a stage writes files of this name and, where it is any name at all, of this form."""
    if path.parts[1] in ("cells", "curves"):
        try:
            content = read_json(path)
        except InputError:
            return False
        return isinstance(content, dict) and bool({"target", "stage"} & content.keys())
    return WRITTEN.fullmatch(path.as_posix()) is not None


def states_left(params: Params) -> list[Path]:
    """Saved states from which no training will go on: nobody asks for it now, or its outputs are there.

    (DVC removes the outputs before it runs a training; they can have come from its cache since.)"""
    seeds = {str(seed) for seed in params.seeds}
    asked: dict[str, Sequence[AbstractSet[str]]] = {
        "intermediate": ({*params.sources}, seeds), "target": ({*params.trainings()}, {*params.sources}, seeds),
        "translator": ({*params.translators},), "translate-train": ({*params.translations},),
    }  # fmt: skip
    left = [path for kind, levels in asked.items() for path in _unknown_below(paths.STATE / kind, levels)]
    for kind, depth in (("backbone", 0), ("intermediate", 2), ("target", 3)):
        for path in paths.STATE.glob("/".join([kind, *["*"] * depth])):
            name = path.relative_to(paths.STATE)
            outputs = ("models" / name, paths.curve(*name.parts))
            left += [path] * (path not in left and all(one.exists() for one in outputs))
    return sorted(left)


def _unknown_below(folder: Path, levels: Sequence[AbstractSet[str]]) -> list[Path]:
    """The folders whose name is not among those of their level; what lies below one of them goes with it."""
    if not levels or not folder.is_dir():
        return []
    found = []
    inner = (one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())
    for path in sorted(one for one in inner if not one.name.startswith(".")):
        found += _unknown_below(path, levels[1:]) if path.name in levels[0] else [path]
    return found


def same_cells(
    path: Path, cells: Iterable[tuple[Key, Value]], expected: AbstractSet[Key], name: Callable[[Key], str]
) -> dict[Key, Value]:
    """The cells of one file by their keys; refuse one that is missing, too many or there twice."""
    found: dict[Key, Value] = {}
    for key, value in cells:
        if key not in expected or key in found:
            raise InputError(f"{path}: found the cell {name(key)} {'twice' if key in found else 'too many'}")
        found[key] = value
    for key in sorted(expected - set(found)):
        raise InputError(f"{path}: the cell {name(key)} is missing (run `dvc repro`)")
    return found
