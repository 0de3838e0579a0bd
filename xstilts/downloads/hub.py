"""Snapshots of repositories on the Hugging Face hub, pinned to a commit, through the hub's own cache.

The cache lies where `HF_HOME` says. What is in it is not fetched again, and with `HF_HUB_OFFLINE=1` (for data sets also
`HF_DATASETS_OFFLINE=1`) it is all there is: no request is made."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

from xstilts.downloads.pins import CHUNK, Pin, copy
from xstilts.errors import InputError


def fetch_snapshot(repo: str, revision: str, patterns: Sequence[str], kind: str, folder: Path) -> dict[str, Pin]:
    """Copy the files of a repository that match a pattern into `folder`; give back their names and what they are.

    `kind` is `dataset` or `model`. The repository's own layout is kept. What cannot be had, a pattern that no file
    matches, and a file that is not what the hub names it, is an `InputError`."""
    cached = _cached(repo, revision, patterns, kind)
    name = f"{repo}@{revision}"
    files = sorted(path.relative_to(cached).as_posix() for path in cached.rglob("*") if path.is_file())
    for pattern in patterns:
        if not any(fnmatch(file, pattern) for file in files):
            raise InputError(f"{name}: found no file like {pattern}, expected at least one")
    wanted = [file for file in files if any(fnmatch(file, pattern) for pattern in patterns)]
    return {file: _take(cached / file, folder / file, f"{name}/{file}") for file in wanted}


def _cached(repo: str, revision: str, patterns: Sequence[str], kind: str) -> Path:
    """Where the snapshot lies in the hub's cache. A token is sent only after the hub has refused to do without."""
    from huggingface_hub import get_token, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    def fetch(token: str | Literal[False]) -> str:
        return snapshot_download(
            repo, repo_type=kind, revision=revision, allow_patterns=list(patterns), local_files_only=_offline(kind),
            token=token,
        )  # fmt: skip

    try:
        try:
            return Path(fetch(False))
        except RepositoryNotFoundError:  # also of one that is private, or asks for an agreement
            if not (token := get_token()):
                raise
            print(f"{repo}: not open to all; asking again with your token of the hub", file=sys.stderr)
            return Path(fetch(token))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{repo}@{revision}: could not be fetched from the Hugging Face hub: {reason}") from None


def _take(cached: Path, target: Path, name: str) -> Pin:
    """Copy a file of the cache. There it has the hash that the hub gives it for a name: SHA-256, or git's of a blob."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with cached.open("rb") as source, target.open("wb") as file:
        pin = copy(source, file)
    blob = cached.resolve()
    found = {64: lambda: str(pin["sha256"]), 40: lambda: _git_hash(target)}.get(len(blob.name), lambda: blob.name)()
    if found != blob.name and re.fullmatch("[0-9a-f]+", blob.name):
        raise InputError(f"{name}: found the hash {found}, expected {blob.name}; delete {blob} and fetch it again")
    return pin


def _git_hash(path: Path) -> str:
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _offline(kind: str) -> bool:
    """Whether `datasets` would read data from the cache alone; models follow `huggingface_hub`, which asks itself."""
    if kind != "dataset":
        return False
    from datasets import config

    return bool(config.HF_HUB_OFFLINE)
