"""Snapshots of repositories on the Hugging Face hub, pinned to a commit, through the hub's own cache.

The cache lies where `HF_HOME` says. What is in it is not fetched again, and with `HF_HUB_OFFLINE=1` (for data sets also
`HF_DATASETS_OFFLINE=1`) it is all there is: no request is made. Statistics of use are not sent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from xstilts.errors import InputError


def fetch_snapshot(repo: str, revision: str, patterns: Sequence[str], kind: str, folder: Path) -> list[str]:
    """Copy the files of a repository that match a pattern into `folder`; give back their names.

    `kind` is `dataset` or `model`. The repository's own layout is kept. What cannot be had, and a pattern that no file
    matches, is an `InputError`."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read when the library is imported
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    name = f"{repo}@{revision}"
    try:
        cached = Path(
            snapshot_download(
                repo, repo_type=kind, revision=revision, allow_patterns=list(patterns), local_files_only=_offline(kind)
            )
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{name}: could not be fetched from the Hugging Face hub: {reason}") from None
    files = sorted(path.relative_to(cached).as_posix() for path in cached.rglob("*") if path.is_file())
    for pattern in patterns:
        if not any(fnmatch(file, pattern) for file in files):
            raise InputError(f"{name}: found no file like {pattern}, expected at least one")
    wanted = [file for file in files if any(fnmatch(file, pattern) for pattern in patterns)]
    for file in wanted:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(cached / file, folder / file)
    return wanted


def _offline(kind: str) -> bool:
    """Whether `datasets` would read data from the cache alone; models follow `huggingface_hub`, which asks itself."""
    if kind != "dataset":
        return False
    from datasets import config

    return bool(config.HF_HUB_OFFLINE)
