"""What DVC knows of the files behind a number: the hash of each, from `dvc.lock`, also where the file itself is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from xstilts.errors import InputError

LOCK = Path("dvc.lock")


def load(lock: Path) -> Any:
    """What a YAML file holds, by the loader in C where there is one: 0.3 s instead of 4 for the lock of 90 stages."""
    return yaml.load(lock.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def tracked(lock: Path = LOCK) -> dict[str, str]:
    """Path -> MD5 as DVC names it in its cache (`.dir` for a folder), of all dependencies and outputs.

    Written after every stage, so that what `aggregate` stands on is in it. Empty where nothing was run with DVC."""
    if not lock.is_file():
        return {}
    try:
        stages = (load(lock) or {}).get("stages", {}).values()
        files = [one for kind in ("deps", "outs") for stage in stages for one in stage.get(kind, ())]
    except (yaml.YAMLError, AttributeError, TypeError, UnicodeError) as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{lock}: not as DVC writes it: {problem}") from None
    return {one["path"]: one["md5"] for one in files if "md5" in one}
