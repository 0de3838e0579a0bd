"""Rows that are published, and rows of another run: one table, as long as recipes and data agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.publication.record import Pair, Record
from xstilts.scoring.cells import label

# sections with an entry a row
GROWING = ("sources", "tasks", "unions", "translators", "translations", "downloads", "conditions")
HOW = "publish it under another name, or put it in the place of the old one with --replace"


def merged(old: Record, new: Record, place: Path, replacing: bool = False) -> Record:
    """Both in one. What is published stays as it is; a row of the same name with another recipe, other data or other
    scores is an `InputError`, unless it is to take the place of the old one."""
    if replacing:
        old = without(old, {source for source, _ in new.pairs})
    if old.pairs:
        _agree(old, new, place)
    content = {**new.params, **old.params}
    for section in GROWING:
        content[section] = _first_wins(old.params.get(section), new.params.get(section))
    groups = [record.params.get("targets") or {} for record in (old, new)]
    content["targets"] = {group: _first_wins(*(one.get(group) for one in groups)) for group in groups[1]}
    rows = {source for source, _ in {**old.pairs, **new.pairs}}
    content["sources"] = {name: own for name, own in content["sources"].items() if name in rows}
    content["seeds"] = sorted({seed for _, seed in {**old.pairs, **new.pairs}})
    record = replace(
        new, params=content, recipes={**new.recipes, **old.recipes}, curves={**new.curves, **old.curves},
        runs=[*old.runs, *(new.runs if new.pairs.keys() - old.pairs.keys() else [])],
        translations={**new.translations, **old.translations},
    )  # fmt: skip
    record.intermediate = _cells(old.intermediate, new.intermediate, ("task", "source", "seed"), content)
    record.intermediate["tasks"] = {**new.intermediate["tasks"], **old.intermediate["tasks"]}
    targets = dict.fromkeys([*old.cells, *new.cells])
    record.cells = {one: _document(old.cells.get(one), new.cells.get(one), content) for one in targets}
    record.units = {one: {**new.units.get(one, {}), **old.units.get(one, {})} for one in targets}
    return record


def _first_wins(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    """The entries of both, those of the first one first."""
    return {**(old or {}), **(new or {}), **(old or {})}


def without(record: Record, sources: Iterable[str]) -> Record:
    """The record without some rows; what they alone rested on is forgotten."""
    gone = {*sources}
    cells = {
        target: {**document, "cells": [cell for cell in document["cells"] if cell["source"] not in gone]}
        for target, document in record.cells.items()
    }
    left = {cell["source"] for document in cells.values() for cell in document["cells"]}
    own = {"cells": [cell for cell in record.intermediate["cells"] if cell["source"] not in gone]}
    tasks = {cell["task"] for cell in own["cells"]}
    if not left:
        return Record({}, {}, [])
    return replace(
        record, cells=cells, recipes=_without_parts(record, gone),
        units={target: {key: one for key, one in units.items() if key[0] not in gone}
               for target, units in record.units.items()},
        curves={path: one for path, one in record.curves.items() if one["source"] not in gone},
        intermediate={**own, "tasks": {name: one for name, one in record.intermediate["tasks"].items()
                                       if name in tasks}},
        runs=[run for run in record.runs if {row.split("/")[0] for row in run.get("rows", [])} & left],
    )  # fmt: skip


def _without_parts(record: Record, gone: set[str]) -> dict[str, dict[str, Any]]:
    return {part: own for part, own in record.recipes.items() if part not in {f"source {name}" for name in gone}}


def _agree(old: Record, new: Record, place: Path) -> None:
    """Refuse rows that do not belong into one table, at the first thing that differs."""
    if old.params["profile"] != new.params["profile"]:
        raise InputError(
            f"{place}: found rows of the profile {old.params['profile']}, expected {new.params['profile']} as in "
            f"params.yaml: {HOW}"
        )
    for part in new.recipes.keys() & old.recipes.keys():
        for key in sorted({**old.recipes[part], **new.recipes[part]}):
            one, other = (record.recipes[part].get(key, "nothing") for record in (old, new))
            if one != other:
                raise InputError(f"{place}: {part}: {key}: {_differ(one, other)}: {HOW}")
    for target in new.cells.keys() & old.cells.keys():
        for key in ("signature", "languages", "chance", "metric"):
            one, other = old.cells[target][key], new.cells[target][key]
            if one != other:
                raise InputError(f"{place}: {target}: {key}: {_differ(one, other)}: {HOW}")
        stored, again = (_by_run(record.cells[target]["cells"]) for record in (old, new))
        for run in stored.keys() & again.keys():
            if stored[run] != again[run]:
                raise InputError(
                    f"{place}: {target}/{run[2]} from {run[0]}, seed {run[1]}: published {stored[run]['main']}, found "
                    f"{again[run]['main']} with the same recipe: {HOW}"
                )


def _differ(one: Any, other: Any) -> str:
    """What is published and what was found, of tables only the keys that differ."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
        one, other = ({key: side.get(key) for key in keys} for side in (one, other))
    return f"published {one}, found {other}"


def _by_run(cells: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int, str], Mapping[str, Any]]:
    return {(cell["source"], cell["seed"], label(cell)): cell for cell in cells}


def _cells(old: Mapping[str, Any], new: Mapping[str, Any], keys: tuple[str, ...], params: Any) -> dict[str, Any]:
    """The cells of both documents, the old ones first where both have one, in the order of the rows."""
    found = {tuple(cell.get(key) for key in keys): cell for document in (new, old) for cell in document["cells"]}
    rows = {name: place for place, name in enumerate(params["sources"])}
    order: Callable[[Mapping[str, Any]], tuple[int, int]] = lambda cell: (rows[cell["source"]], cell["seed"])  # noqa: E731
    return {**new, "cells": sorted(found.values(), key=order)}


def _document(old: dict[str, Any] | None, new: dict[str, Any] | None, params: Any) -> dict[str, Any]:
    """One target's scores of both; of what was counted in the inputs, which depends on the row, the largest."""
    keys = ("source", "seed", "language", "condition")
    if old is None or new is None:
        return _cells(old or new or {}, {"cells": [], **(old or new or {})}, keys, params)
    both = {**_cells(old, new, keys, params), "counts": _largest(old["counts"], new["counts"])}
    if "conditions" in old and "conditions" in new:
        noised = {one: _largest(own, new["conditions"][one]) for one, own in old["conditions"].items()}
        both["conditions"] = noised
    return both


def _largest(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The larger one of two counts, by language and name."""
    return {
        language: {
            name: max((one[language].get(name) for one in (old, new) if one[language].get(name) is not None),
                      default=None)
            for name in {**old[language], **new[language]}
        }
        for language in old
    }  # fmt: skip


def rectangle(record: Record, controls: Iterable[str] = ()) -> tuple[list[str], list[int], list[str]]:
    """Rows, seeds and targets of the table: the largest part of what is published that has no gap.

    A row or seed that not all have is published all the same, and named below the table. `none` is always in it."""
    pairs = {pair: own for pair, own in record.pairs.items() if pair[0] not in {*controls}}
    seeds_of: dict[str, set[int]] = {}
    for source, seed in pairs:
        seeds_of.setdefault(source, set()).add(seed)
    first = "none" if "none" in seeds_of else next(iter(seeds_of))
    best: tuple[int, int, list[str], list[int]] = (0, 0, [], [])
    for chosen in sorted({tuple(sorted(own & seeds_of[first])) for own in seeds_of.values()}):
        rows = [name for name in record.params["sources"] if name in seeds_of and {*chosen} <= seeds_of[name]]
        if chosen and (len(rows) * len(chosen), len(rows)) > best[:2]:
            best = (len(rows) * len(chosen), len(rows), rows, [*chosen])
    _, _, rows, seeds = best
    common = set.intersection(*(pairs[row, seed] for row in rows for seed in seeds))
    return rows, seeds, [target for target in record.cells if target in common]


def left_out(pairs: Iterable[Pair], rows: Iterable[str], seeds: Iterable[int], controls: Iterable[str]) -> list[str]:
    """The published runs that the table does not have, in words."""
    in_table = {(row, seed) for row in rows for seed in seeds}
    rest: dict[str, list[int]] = {}
    for source, seed in pairs:
        if (source, seed) not in in_table and source not in {*controls}:
            rest.setdefault(source, []).append(seed)
    return [f"{source} (seed {', '.join(map(str, own))})" for source, own in rest.items()]
