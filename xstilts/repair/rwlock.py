"""`.dvc/tmp/rwlock`: which process of DVC reads and writes which output. A kill leaves it cut, or names the dead in it.

DVC drops the entry of a process number that nobody has. But a number may be another process's by now, as in a container
that was started again, or that of a dead process that nobody has fetched: then DVC waits for what never comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil

from xstilts.errors import InputError
from xstilts.records.files import write_text
from xstilts.records.forms import Each, Maybe, check
from xstilts.repair.held import held

FILE, GUARD = Path(".dvc/tmp/rwlock"), Path(".dvc/tmp/rwlock.lock")
ENTRY = {"pid": int, "cmd": str}
FORM = {"write": Maybe(Each(ENTRY), True), "read": Maybe(Each([ENTRY]), True)}  # dvc/rwlock.py


def free() -> str | None:
    """Remove the file if it was cut off, and from a whole one the entries of the dead. Gives one line if it did."""
    with held(GUARD) as mine:
        if not mine or not FILE.is_file():
            return None
        found = _read()
        if found is None:
            FILE.unlink()
            return f"{FILE}: its writing was cut off; it is removed"
        if found == (living := _living(found)):
            return None
        write_text(FILE, json.dumps(living))
        return f"{FILE}: the entries of processes that have ended are removed"


def problem() -> str | None:
    """What of it would keep DVC from running; nothing is changed."""
    with held(GUARD) as mine:
        if not mine or not FILE.is_file() or (found := _read()) == _living(found or {}):
            return None
    reason = "its writing was cut off" if found is None else "found processes that have ended"
    return f"{FILE}: {reason} (`xstilts doctor --repair`)"


def _read() -> dict[str, Any] | None:
    """The content; None if no DVC can read it."""
    try:
        found = {"write": {}, "read": {}, **check(json.loads(FILE.read_bytes()), FORM, FILE)}
    except (InputError, ValueError, TypeError):
        return None
    return {kind: one or {} for kind, one in found.items()}


def _living(found: dict[str, Any]) -> dict[str, Any]:
    root = Path.cwd().resolve()
    write = {path: one for path, one in found.get("write", {}).items() if _alive(one, root)}
    read = {path: [one for one in all_ if _alive(one, root)] for path, all_ in found.get("read", {}).items()}
    return {"write": write, "read": {path: entries for path, entries in read.items() if entries}}


def _alive(entry: dict[str, Any], root: Path) -> bool:
    """Whether the process of this number still is what wrote the entry: it works in this project, on the same order."""
    try:
        process = psutil.Process(entry["pid"])
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        order = entry["cmd"].partition(" ")[2]
        return " ".join(process.cmdline()).endswith(order) and Path(process.cwd()).is_relative_to(root)
    except psutil.AccessDenied:
        return True
    except psutil.Error:
        return False
