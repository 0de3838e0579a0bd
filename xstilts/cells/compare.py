"""Two dvc.lock files, stage by stage: which command, parameter, input or output is not the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from xstilts.cells.pipeline import Locked, is_code


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same; a value is None where there is none."""

    kind: str  # command, parameter, code, input, output
    name: str  # path or key
    before: Any
    now: Any

    def text(self) -> str:
        """One line: `output models/backbone: dvc.lock has 9f13…, found 4ab0…`."""
        return f"{self.kind} {self.name}: dvc.lock has {_short(self.before)}, found {_short(self.now)}"


def differences(before: Locked | None, now: Locked | None) -> list[Difference]:
    """What differs between two entries of one stage: command and parameters, then inputs, outputs at the end."""
    first, second = _facts(before), _facts(now)
    found = [
        Difference(*key, first.get(key), second.get(key))
        for key in {**first, **second}
        if first.get(key) != second.get(key)
    ]
    return sorted(found, key=lambda one: ("command", "parameter", "code", "input", "output").index(one.kind))


def compare(
    order: Iterable[str], before: Mapping[str, Locked], now: Mapping[str, Locked]
) -> dict[str, list[Difference]]:
    """Stage -> its differences, in the given order, for those stages that have some."""
    found = {name: differences(before.get(name), now.get(name)) for name in order}
    return {name: own for name, own in found.items() if own}


def _facts(locked: Locked | None) -> dict[tuple[str, str], Any]:
    """(kind, name) -> value; a folder's md5 is that of the list of its files (`.dir`), so that sizes are left out."""
    if locked is None:
        return {}
    facts: dict[tuple[str, str], Any] = {("command", ""): locked["cmd"]}
    for file, values in locked.get("params", {}).items():
        facts |= {("parameter", f"{file}:{key}"): value for key, value in values.items()}
    for entry in locked.get("deps", []):
        facts["code" if is_code(entry["path"]) else "input", entry["path"]] = entry.get("md5")
    return facts | {("output", entry["path"]): entry.get("md5") for entry in locked.get("outs", [])}


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
