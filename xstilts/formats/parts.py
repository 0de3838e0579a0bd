"""Files that are parts of one, by their names: train-00000-of-00005.parquet. What the names say is believed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from xstilts.errors import InputError

OF = re.compile(r"-([0-9]{1,9})-of-([0-9]{1,9})(?![0-9])")
PLAIN = re.compile(r"([0-9]{1,9})\.\w+")  # as the hub's own conversion names them


def check_parts(paths: Sequence[Path], whole: bool = True) -> None:
    """Refuse the files of one split if a part lacks or came twice, or if they are parts of different wholes.

    `whole`: all parts must be there; otherwise the first ones are enough."""
    told = sorted((part, path) for path in paths if (part := _part(path)))
    if told and len(told) < len(paths):
        path = next(path for path in paths if not _part(path))
        raise InputError(f"{path}: found no number of a part in this name, expected one as in {told[0][1].name}")
    if not told and len(paths) > 1:
        raise InputError(f"{paths[1]}: found a second file beside {paths[0].name}, expected numbered parts or one file")
    for ((one, _), first), ((two, _), second) in pairwise(told):
        if one == two:
            raise InputError(f"{second}: found part {one} again, expected it once; the other is {first.name}")
    totals = {total: path for (_, total), path in told}
    if len(totals) > 1:
        earlier, later, *_ = totals.values()
        raise InputError(f"{later}: found another number of parts than in {earlier.name}, expected those of one whole")
    if told:
        _check_numbers([number for (number, _), _ in told], next(iter(totals)) if whole else 0, told[0][1])
    _check_content(paths)


def _part(path: Path) -> tuple[int, int] | None:
    """(number, of how many) as the name says; 0 where it does not say how many."""
    if match := OF.search(path.name):
        return int(match[1]), int(match[2])
    match = PLAIN.fullmatch(path.name)
    return (int(match[1]), 0) if match else None


def _check_numbers(here: Sequence[int], total: int, path: Path) -> None:
    """Refuse other numbers than 0 to `total` - 1, or a gap where the total is not known."""
    expected = total or len(here)
    lacking = [number for number in range(min(expected, here[-1] + 2)) if number not in {*here}]
    if lacking:
        wanted = f"all {total}" if total else "every number"
        raise InputError(
            f"{path}: found {len(here)} parts without part {lacking[0]}, expected {wanted}, counted from 0"
        )
    if here[-1] >= expected:
        raise InputError(f"{path}: found a part {here[-1]}, expected {total} parts, counted from 0")


def _check_content(paths: Sequence[Path]) -> None:
    """Refuse two parts with the same bytes."""
    sizes: dict[int, list[Path]] = {}
    for path in paths:
        sizes.setdefault(path.stat().st_size, []).append(path)
    for alike in sizes.values():
        seen: dict[bytes, Path] = {}
        for path in alike if len(alike) > 1 else ():
            content = path.read_bytes()
            if content in seen:
                raise InputError(f"{path}: found the same content as in {seen[content].name}, expected another part")
            seen[content] = path
