"""What goes to other machines and comes back: which stages can, what they read, what they have made.

An entry of DVC's run-cache says what a stage has made, under a key of all that it was made from. So a machine that has
the same inputs finds the outputs that another one has made, in a cache that both see or in a DVC remote.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xstilts.cells.pipeline import overlap
from xstilts.errors import InputError, unknown

SETTINGS = {"core": ("hardlink_lock", "checksum_jobs"), "cache": ("type", "shared", "slow_link_warning")}


@dataclass(frozen=True)
class Place:
    """Where a stage stands in `dvc.yaml`."""

    kind: str  # `target-tagging`
    item: Mapping[str, str] = field(
        default_factory=dict
    )  # of its matrix: {"task": "panx", "source": "mnli", "seed": "1"}


def place(stage: Any) -> Place:
    """The kind of a stage, and its item of a matrix."""
    group, _, key = (getattr(stage, "name", None) or stage.addressing).partition("@")
    definition = stage.dvcfile.resolver.definitions.get(group) if key else None
    matrix = getattr(definition, "normalized_iterable", {}) if hasattr(definition, "matrix_data") else {}
    return Place(group, {name: str(value) for name, value in matrix.get(key, {}).items()})


def can_travel(stage: Any, above: Sequence[Any], tracked: Sequence[str]) -> bool:
    """Whether another machine can execute a stage: all that it reads is in git (`tracked`) or in DVC's cache, and all
    that it writes comes into the cache, with an entry of the run-cache."""
    if not (stage.cmd and stage.deps and stage.outs) or stage.frozen or stage.always_changed or stage.is_callback:
        return False
    if not all(out.protocol == "local" and out.use_cache and not out.persist and out.is_in_repo for out in stage.outs):
        return False
    for dep in stage.deps:
        path, outs = str(dep.def_path or ""), read([dep], above)
        known = outs or any(lies_in(file, path) for file in tracked)
        if dep.protocol != "local" or not known or not all(out.use_cache for out in outs):
            return False
    return True


def read(deps: Iterable[Any], above: Iterable[Any]) -> list[Any]:
    """The outputs of the stages `above` that are read: a dependency can lie in one, and can hold several."""
    paths = [dep.fs_path for dep in deps if dep.protocol == "local" and dep.def_path]
    outs = [out for stage in above for out in stage.outs]
    return [out for out in outs if any(overlap(out.fs_path, path) for path in paths)]


def lies_in(file: str, path: str) -> bool:
    """Whether a file is what a path names, or lies below it."""
    return file == path or file.startswith(f"{path}/")


def push(repo: Any, outs: Iterable[Any], remote: str) -> None:
    """Copy outputs from the cache to the remote, as far as they are not there."""
    for out in outs:
        for objects in out.get_used_objs().values():
            _whole(repo.cloud.push(objects, remote=remote), out)


def pull(repo: Any, outs: Iterable[Any], remote: str) -> None:
    """Copy outputs from the remote to the cache, as far as they are not there."""
    for out in outs:
        for objects in out.get_used_objs(remote=remote).values():
            _whole(repo.cloud.pull(objects, remote=remote), out)


def bring(repo: Any, outs: Sequence[Any], remote: str | None) -> None:
    """Put outputs that `dvc.lock` knows into the working folder, from the cache, or through it from the remote."""
    if remote:
        pull(repo, outs, remote)
    for out in outs:
        out.checkout(force=True)


def _whole(result: Any, out: Any) -> None:
    if result.failed:
        raise InputError(f"{out}: {len(result.failed)} files could not be copied from or to the DVC remote")


def entry(repo: Any, stage: Any) -> tuple[str, str]:
    """Where the entry of a stage that has been made lies in the run-cache, and its text."""
    from dvc.stage.cache import _get_cache_hash
    from dvc.stage.serialize import to_single_stage_lockfile

    repo.stage_cache.save(stage)  # it is there already, but for a stage that had nothing to do
    key = _get_cache_hash(to_single_stage_lockfile(stage), key=True)
    value = _get_cache_hash(to_single_stage_lockfile(stage))
    found = f"{key[:2]}/{key}/{value}"
    return found, (Path(repo.stage_cache.cache_dir) / found).read_text(encoding="utf-8")


def arrive(repo: Any, stage: Any, place: str, text: str, remote: str | None) -> None:
    """Take over what another machine has made. DVC takes it only if it was made from what lies here."""
    from dvc.stage.cache import RunCacheNotFoundError
    from dvc.utils.serialize import parse_yaml

    path = Path(repo.stage_cache.cache_dir) / place
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    if remote:
        pull(repo, repo.stage_cache._create_stage(parse_yaml(text, str(path)), wdir=stage.wdir).outs, remote)
    try:
        repo.stage_cache.restore(stage)
    except RunCacheNotFoundError:
        raise InputError(
            f"{stage.addressing}: another machine has made it, but from other inputs than those here, or its outputs "
            "are in no place that both see"
        ) from None


def settings(repo: Any, remote: str | None) -> dict[str, dict[str, str]]:
    """The settings of DVC for a clone elsewhere: those of here, with the whole address of the cache or of the remote.

    Raises `InputError` if there is no remote of this name."""
    config = repo.config
    found = {part: {key: config[part][key] for key in keys if key in config[part]} for part, keys in SETTINGS.items()}
    if remote is None:
        found["cache"]["dir"] = repo.cache.legacy.path
    elif remote not in config["remote"]:
        raise unknown("remote", remote, list(config["remote"]), "--remote")
    else:
        found[f"'remote \"{remote}\"'"] = dict(config["remote"][remote])
    return {part: {key: _text(value) for key, value in values.items()} for part, values in found.items()}


def _text(value: Any) -> str:
    """A setting as it stands in a file of DVC."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
