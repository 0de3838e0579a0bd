"""The stages behind a cell: dvc.yaml as DVC expands it, dvc.lock, and what of both is there. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import Any

from ruamel.yaml.error import YAMLError

from xstilts import paths
from xstilts.errors import InputError
from xstilts.report.figures.tracked import load

Locked = Mapping[str, Any]  # one stage of dvc.lock: cmd, deps, params, outs


@dataclass(frozen=True)
class Stage:
    """One expanded stage. Paths are relative to the root of the repository, with `/`."""

    name: str
    command: str
    deps: tuple[str, ...]  # files and folders, parameters apart
    outs: tuple[str, ...]
    after: frozenset[str]  # names of the stages whose outputs it reads


NO_LOCK = (
    "{}: not a lock file of DVC (was its writing cut off? `xstilts doctor --repair` brings the last good one back)"
)


def read_lock(path: Path) -> dict[str, Locked]:
    """The stages of a dvc.lock by name. Raises `InputError` if there is none, or if it is no such file."""
    try:
        return dict(load(path)["stages"])
    except FileNotFoundError:
        raise InputError(f"{path}: file not found; what a cell came from is not known (run `dvc repro`)") from None
    except (YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        raise InputError(NO_LOCK.format(path)) from None


def overlap(one: str, other: str) -> bool:
    """Whether one path is the other or lies in it. `data/a/../b` is `data/b`."""
    one, other = normpath(one), normpath(other)
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def is_code(path: str) -> bool:
    """Whether an input is code of this repository."""
    return path.startswith(("stages/", "xstilts/")) or path in ("stages", "xstilts")


def listed(cache: Any, md5: str) -> list[dict[str, str]] | None:
    """What a folder holds (`relpath`, `md5`), from the list that DVC's cache keeps of it; None where it keeps none."""
    file = Path(cache.oid_to_path(md5))
    found: list[dict[str, str]] | None = (
        json.loads(file.read_bytes()) if md5.endswith(".dir") and file.exists() else None
    )
    return found


class Pipeline:
    """All stages of a repository in the order in which they can run; its files are looked at, never changed."""

    def __init__(self, root: Path) -> None:
        from dvc.exceptions import DvcException
        from dvc.repo import Repo

        self.lock = read_lock(root / "dvc.lock")
        try:
            self.repo = Repo(str(root))
            graph = self.repo.index.graph
        except DvcException as error:
            if "dvc.lock" in str(error):
                raise InputError(NO_LOCK.format(root / "dvc.lock")) from None
            raise InputError(f"{root / 'dvc.yaml'}: DVC cannot read it: {error}") from None
        self.stages = {stage.name: stage for stage in ordered(_expanded(graph))}
        nodes = [stage for stage in graph if stage.cmd]
        self._entries = {
            (stage.addressing, _path(entry)): entry for stage in nodes for entry in (*_files(stage.deps), *stage.outs)
        }
        self._writer = {path: stage.name for stage in self.stages.values() for path in stage.outs}

    def behind(self, target: str, source: str) -> list[Stage]:
        """The stages that made the predictions of one target and source, in order; the last writes them."""
        path = str(paths.predictions(target, source))
        if path not in self._writer:
            raise InputError(f"dvc.yaml: no stage writes {path}")
        wanted: set[str] = set()
        todo = [self._writer[path]]
        while todo:
            wanted.add(name := todo.pop())
            todo += self.stages[name].after - wanted
        return [stage for name, stage in self.stages.items() if name in wanted]

    def writer(self, path: Path) -> Stage:
        """The stage that writes this output."""
        if str(path) not in self._writer:
            raise InputError(f"dvc.yaml: no stage writes {path}")
        return self.stages[self._writer[str(path)]]

    def writers(self, path: str) -> list[str]:
        """The stages of whose outputs an input is part, or which are parts of it; none for files that nobody makes."""
        return sorted({name for out, name in self._writer.items() if overlap(out, path)})

    def given(self, stages: Iterable[Stage]) -> dict[str, str]:
        """Inputs that no stage makes -> the first stage that reads it: code, and data that somebody has put there."""
        readers: dict[str, str] = {}
        for stage in stages:
            readers = {**dict.fromkeys(stage.deps, stage.name), **readers}
        return {path: name for path, name in readers.items() if not self.writers(path)}

    def state(self, stage: str, path: str) -> str:
        """`as locked`, `modified`, `deleted` or `new` (not in dvc.lock): one input or output as it lies here."""
        entry = self._entries[stage, path]
        if not entry.exists:
            return "deleted"
        if not entry.hash_info:
            return "new"
        return "modified" if entry.changed_checksum() else "as locked"

    def cached(self, path: str) -> bool | None:
        """Whether all of an output lies in DVC's cache; None if it is kept in git instead."""
        out = self._entries[self._writer[path], path]
        return not out.changed_cache() if out.use_cache else None


def ordered(stages: Iterable[Stage]) -> list[Stage]:
    """Each stage behind those it reads, otherwise as they are given."""
    left, done = list(stages), dict[str, Stage]()
    while left:
        ready = next(stage for stage in left if stage.after <= done.keys())  # DVC refuses circles
        done[ready.name] = ready
        left.remove(ready)
    return list(done.values())


def _expanded(graph: Any) -> list[Stage]:
    """The nodes of DVC's graph that run a command (files taken in by `dvc add` do not), in the order of dvc.yaml."""
    return [
        Stage(
            node.addressing,
            node.cmd,
            tuple(dict.fromkeys(map(_path, _files(node.deps)))),
            tuple(map(_path, node.outs)),
            frozenset(other.addressing for other in graph.successors(node) if other.cmd),
        )
        for node in graph
        if node.cmd
    ]


def _files(entries: Iterable[Any]) -> list[Any]:
    return [entry for entry in entries if type(entry).__name__ != "ParamsDependency"]


def _path(entry: Any) -> str:
    return str(entry.def_path)
