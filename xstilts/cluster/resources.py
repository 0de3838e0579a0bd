"""What a stage needs of a machine, by its kind: from the environment, as no result may depend on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from xstilts.environment import RESOURCES, resources
from xstilts.errors import InputError, unknown

UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
MEMORY = re.compile(rf"(\d+(?:\.\d+)?) ?({'|'.join(UNITS)})")
EXAMPLE = "{intermediate: {gpus: 1, memory: 40 GB}, target: {gpus: 0.5}, evaluate: {gpus: 0.25}}"


@dataclass(frozen=True)
class Need:
    """What one stage, or a part of several, takes of a machine while it runs."""

    cpus: float = 1
    gpus: float = 0  # below 1: several share one, and its memory
    memory: int = 0  # bytes; 0: not counted

    @property
    def processes(self) -> int:
        """So many make a training together: one a GPU."""
        return max(1, int(self.gpus))

    def __str__(self) -> str:
        memory = f", {self.memory / 10**9:g} GB of memory" if self.memory else ""
        return f"{self.cpus:g} CPUs, {self.gpus:g} GPUs{memory}"


Needs = Mapping[str, Mapping[str, float]]  # kind of stage -> what is said of it


def needs() -> Needs:
    """What XSTILTS_RESOURCES says: YAML, or the name of a file of it. Raises `InputError`."""
    found = resources()
    if not found:
        return {}
    where = RESOURCES
    if not found.startswith("{"):
        where = f"{RESOURCES}: {found}"
        try:
            found = Path(found).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise InputError(f"{where}: cannot be read; expected a file, or text such as {EXAMPLE}") from None
    try:
        content = yaml.safe_load(found) or {}
    except yaml.YAMLError as error:
        raise InputError(f"{where}: no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict) or not all(isinstance(value, dict) for value in content.values()):
        raise InputError(f"{where}: expected kinds of stages with what they need, such as {EXAMPLE}")
    return {
        str(kind): {name: _value(where, kind, name, value) for name, value in one.items()}
        for kind, one in content.items()
    }


def need(kind: str, said: Needs, default: Need) -> Need:
    """What stages of a kind need: `target` speaks of `target-tagging`, too, unless that one is named itself."""
    named = said_of(kind, said)
    return Need(**{**vars(default), **said[named]}) if named else default


def said_of(kind: str, said: Needs) -> str | None:
    """The longest name in `said` that a kind has, or begins with."""
    return max((name for name in said if kind == name or kind.startswith(f"{name}-")), key=len, default=None)


def _value(where: str, kind: str, name: str, value: Any) -> float:
    known = [one.name for one in fields(Need)]
    if name not in known:
        raise unknown("resource", str(name), known, f"{where}: {kind}")
    if name == "memory":
        if found := MEMORY.fullmatch(str(value)):
            return int(float(found[1]) * UNITS[found[2]])
        raise InputError(f"{where}: {kind}: memory: found {value!r}, expected a size such as 20 GB")
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10_000
    if not good or (value > 1 and value != int(value)):
        raise InputError(f"{where}: {kind}: {name}: found {value!r}, expected a whole number, or one from 0 to 1")
    return float(value)
