"""The last good copy of `dvc.lock`. DVC empties the file and then writes it: a kill between leaves it empty or cut.

DVC takes most cut locks for whole ones. So a copy is made whenever the lock is seen whole, and comes back where the
writing was cut off. A lock that git or a person has changed is whole, and is never touched. A cut at the very end of a
stage cannot be told from a shorter lock; it does no harm, as DVC takes the other stages from its run-cache.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from xstilts.records.files import write_text
from xstilts.repair.held import held

LOCK, COPY, CUT = Path("dvc.lock"), Path(".xstilts/dvc.lock"), Path(".xstilts/dvc.lock.cut")
GUARD = Path(".dvc/tmp/lock")  # DVC holds it while it writes
CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.M)


def keep() -> str | None:
    """Copy a `dvc.lock` that is whole, or bring the copy back in the place of one that was cut off.

    Gives one line about what was brought back. Nothing is done while a DVC that lives is writing."""
    with held(GUARD) as mine:
        if not mine or not LOCK.is_file():
            return None
        found, good = _text(LOCK), _text(COPY) if COPY.is_file() else ""
        if (found and found == good) or CONFLICT.search(found):  # what git asks a person to resolve
            return None
        if reason := damage(found, good):
            return _bring_back(found, good or _committed(), reason)
        write_text(COPY, found)
    return None


def copy() -> None:
    """Copy a lock that has just been written whole, for a process that holds `GUARD` itself."""
    if LOCK.is_file():
        write_text(COPY, _text(LOCK))


def problem() -> str | None:
    """What `keep` would bring back the copy for; nothing is changed."""
    with held(GUARD) as mine:
        if not mine or not LOCK.is_file() or CONFLICT.search(found := _text(LOCK)):
            return None
    reason = damage(found, _text(COPY) if COPY.is_file() else "")
    return f"{LOCK}: {reason}: was its writing cut off? (`xstilts doctor --repair`)" if reason else None


def damage(found: str, good: str = "") -> str:
    """What is wrong with the text of a lock, as far as the writing of it can have been cut off; nothing if it is whole.

    `good` is the lock as it was before."""
    if not found.strip():
        return "it is empty"
    if "\0" in found or "\ufffd" in found:
        return "it holds what is no text"
    try:
        stages = yaml.load(found, getattr(yaml, "CSafeLoader", yaml.SafeLoader))["stages"]
        *_, (name, last) = stages.items()
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError):
        return "it is no lock of DVC"
    cut = not found.endswith("\n") or not _complete(last) or _shorter(name, found, good)
    return f"it breaks off in the stage {name}" if cut and not _known_to_git() else ""


def _complete(stage: Any) -> bool:
    """Whether every file of a stage stands with all that DVC writes of it."""
    try:
        files = [one for kind in ("deps", "outs") for one in stage.get(kind, [])]
        return all(
            {"md5", "size"} <= one.keys() and ("nfiles" in one or ".dir" not in str(one["md5"])) for one in files
        )
    except (AttributeError, TypeError):
        return False


def _shorter(name: str, found: str, good: str) -> bool:
    """Whether the last stage has lost its end."""
    one, other = _block(name, found), _block(name, good)
    return len(one) < len(other) and other.startswith(one)


def _block(name: str, text: str) -> str:
    """The lines of one stage."""
    block = re.search(rf"^  {re.escape(name)}:\n(?: {{3,}}.*\n)*", text, re.M)
    return block[0] if block else ""


def _bring_back(found: str, good: str, reason: str) -> str:
    write_text(CUT, found)
    if good:
        write_text(LOCK, good)
        return f"{LOCK}: {reason}, the writing was cut off; the last good copy is back (the cut one is {CUT})"
    LOCK.unlink()
    return f"{LOCK}: {reason}, the writing was cut off; DVC begins a new one (the cut one is {CUT})"


def _known_to_git() -> bool:
    """Whether git has exactly this file, from a commit, a merge or an experiment of DVC: then somebody wanted it so."""
    name = _git("hash-object", "--", str(LOCK)).strip()
    return bool(name) and _git("cat-file", "-t", name).strip() == "blob"


def _committed() -> str:
    """The lock of the last commit, if it is whole; else nothing."""
    text = _git("show", f"HEAD:./{LOCK}")
    return text if text.endswith("\n") else ""


def _git(*arguments: str) -> str:
    """What a git command prints; nothing where it fails or where there is no git."""
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=True, encoding="utf-8").stdout
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
        return ""


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")
