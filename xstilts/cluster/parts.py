"""Stages that go to another machine together: those of one source and one seed, one after another in one clone."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from xstilts.cluster.resources import Need, Needs, need, said_of
from xstilts.cluster.travel import Place


@dataclass
class Part:
    """Some stages, in the order of `dvc repro`."""

    name: str
    stages: list[str]
    need: Need


def divide(
    places: Mapping[str, Place], above: Mapping[str, Sequence[str]], said: Needs, default: Need
) -> dict[str, Part]:
    """The part of each stage that goes elsewhere, of those that could go (in the order of `dvc repro`).

    These go: all that belong to a source (its matrix has `source`), and kinds that `said` names. Stages of one part
    have the same source, seed and need. No part needs another one that needs it."""
    parts: dict[str, Part] = {}
    latest: dict[Hashable, Part] = {}
    for name, place in places.items():
        source, seed = place.item.get("source"), place.item.get("seed")
        if source is None and said_of(place.kind, said) is None:
            continue
        needed = need(place.kind, said, default)
        key = (source, seed, needed) if source is not None else name
        part = latest.get(key)
        if part is None or _circle(part, name, parts, above):
            part = Part(_name(name if source is None else "-".join(filter(None, (source, seed))), parts), [], needed)
            latest[key] = part
        part.stages.append(name)
        parts[name] = part
    return parts


def _circle(part: Part, name: str, parts: Mapping[str, Part], above: Mapping[str, Sequence[str]]) -> bool:
    """Whether a stage needs something outside of a part that itself needs the part."""
    seen: set[str] = set()
    todo = [other for other in above[name] if parts.get(other) is not part]
    while todo:
        if (one := todo.pop()) in seen:
            continue
        seen.add(one)
        if parts.get(one) is part:
            return True
        together = parts[one].stages if one in parts else [one]
        todo += [other for stage in together for other in above.get(stage, ())] + together
    return False


def _name(wanted: str, parts: Mapping[str, Part]) -> str:
    """A name of its own, that of a file, too."""
    wanted = wanted.replace("/", "-").replace(":", "-")
    taken = {part.name for part in parts.values()}
    return next(one for one in chain([wanted], (f"{wanted}.{number}" for number in count(2))) if one not in taken)
