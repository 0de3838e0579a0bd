"""What DVC knows of the files behind a number: the hash of each, from `dvc.lock`, also where the file itself is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError

from xstilts.errors import InputError
from xstilts.params.load import load_lock
from xstilts.records.files import read_bytes
from xstilts.records.forms import Each, Maybe, check

LOCK = Path("dvc.lock")
NESTED = re.compile(rb"(?:[\[{][^\[\]{}]*){200}|(?:- ){200}")  # this many opened and none closed
FILES = Maybe([{"path": str, "md5": Maybe(str, True)}], True)
FORM = {"stages": Each({"deps": FILES, "outs": FILES})}


def load(lock: Path) -> Any:
    """What a lock of DVC holds.

    Broken YAML is an `InputError`, and so is deep nesting, at which the loader in C ends the whole process."""
    data = read_bytes(lock)
    if NESTED.search(data):
        raise InputError(f"{lock}: nested too deeply, expected a file that DVC has written")
    try:
        return load_lock(data)
    except (YAMLError, ValueError, TypeError) as error:
        raise InputError(f"{lock}: not valid YAML: {' '.join(str(error).split())}") from None


def tracked(lock: Path = LOCK) -> dict[str, str]:
    """Path -> MD5 as DVC names it in its cache (`.dir` for a folder), of all dependencies and outputs.

    Written after every stage, so that what `aggregate` stands on is in it. Empty where nothing was run with DVC."""
    if not lock.exists():
        return {}
    stages = check(load(lock) or {"stages": {}}, FORM, lock)["stages"].values()
    files = [one for kind in ("deps", "outs") for stage in stages for one in stage.get(kind) or ()]
    return {one["path"]: one["md5"] for one in files if one.get("md5")}
