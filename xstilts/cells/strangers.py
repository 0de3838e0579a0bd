"""Files in the folders of the pipeline that it has not written, as far as DVC's cache tells. Nothing is moved here."""

from __future__ import annotations

from pathlib import Path

from xstilts import paths
from xstilts.cells.pipeline import listed, read_lock
from xstilts.records.kept import files


def strangers(root: Path) -> dict[Path, list[Path]]:
    """Output folder -> files that lie there and are not in the list that DVC keeps of it; paths from the root.

    DVC empties such a folder before its stage runs again. Folders without a list, as in a clone without a cache, are
    left out."""
    from dvc.repo import Repo

    cache = Repo(str(root)).cache.local
    outs = {one["path"]: one.get("md5", "") for stage in read_lock(root / "dvc.lock").values() for one in stage["outs"]}
    found = {}
    for path, md5 in outs.items():
        folder = Path(path)
        if folder.is_relative_to(paths.RAW):  # in locks of other days an output, now a user's
            continue
        if (root / folder).is_dir() and (entries := listed(cache, md5)) is not None:
            known = {entry["relpath"] for entry in entries}
            if own := [name for name in files(root / folder) if name.as_posix() not in known]:
                found[folder] = own
    return found
