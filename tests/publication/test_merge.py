"""Published rows stay, others come beside them, and what does not belong into one table is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.publication.made_up import record
from xstilts.errors import InputError
from xstilts.publication import record as records
from xstilts.publication.merge import left_out, merged, rectangle, without
from xstilts.publication.record import Record

PLACE = Path("results/real")
NOTHING = Record({}, {}, [])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return record(tmp_path_factory.mktemp("one") / "run", ("none", "mnli"), (1,))


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return record(tmp_path_factory.mktemp("two") / "run", ("none", "squad_v1"), (1, 2))


def test_the_first_run_is_published_as_it_is(first: Record) -> None:
    both = merged(NOTHING, first, PLACE)
    assert both.pairs == first.pairs and both.cells == first.cells and both.units == first.units
    assert both.params["seeds"] == [1] and both.recipes == first.recipes and both.curves == first.curves


def test_rows_and_seeds_are_added_and_what_is_there_stays(first: Record, second: Record) -> None:
    second = copy.deepcopy(second)
    _same_none(first, second)
    both = merged(first, second, PLACE)
    assert {*both.pairs} == {("none", 1), ("mnli", 1), ("none", 2), ("squad_v1", 1), ("squad_v1", 2)}
    assert [*both.params["sources"]] == ["none", "mnli", "squad_v1"] and both.params["seeds"] == [1, 2]
    for target, document in first.cells.items():
        for cell in document["cells"]:
            assert cell in both.cells[target]["cells"]
    assert len(both.intermediate["cells"]) == len(first.intermediate["cells"]) + len(second.intermediate["cells"])
    assert both.runs == [*first.runs, *second.runs]
    assert merged(both, second, PLACE).cells == both.cells  # the same once more changes nothing


def _same_none(first: Record, second: Record) -> None:
    """The made-up cells are random; of the row that both runs have, the second gets those of the first."""
    for target, document in second.cells.items():
        own = {(one["source"], one["seed"], one["language"]): one for one in first.cells[target]["cells"]}
        document["cells"] = [own.get((one["source"], one["seed"], one["language"]), one) for one in document["cells"]]


def change(record: Record, where: str) -> None:
    if where == "recipe":
        record.recipes["source none"] = {"lr": 2.0}
    elif where == "data":
        record.recipes["encoder"] = {"files": "2"}
    elif where == "profile":
        record.params["profile"] = "other"
    elif where == "signature":
        record.cells["xnli"]["signature"]["variant"] = "other"
    else:
        record.cells["xnli"]["cells"][0]["main"] += 1


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("recipe", "source none: lr: published 1.0, found 2.0"),
        ("data", "encoder: files: published 1, found 2"),
        ("profile", "found rows of the profile fake, expected other"),
        ("signature", r"xnli: signature: published \{'variant': 'official'\}, found \{'variant': 'other'\}"),
        ("score", "xnli/en from none, seed 1: published .*, found .* with the same recipe"),
    ],
)
def test_what_differs_is_refused_in_one_line(first: Record, second: Record, where: str, told: str) -> None:
    second = copy.deepcopy(second)
    _same_none(first, second)
    for document in second.cells.values():
        document["cells"] = copy.deepcopy(document["cells"])
    change(second, where)
    with pytest.raises(InputError, match=f"^results/real: {told}") as caught:
        merged(first, second, PLACE)
    assert "\n" not in str(caught.value) and "--replace" in str(caught.value)


def test_a_row_can_take_the_place_of_the_published_one(first: Record, second: Record) -> None:
    other = copy.deepcopy(first)
    change(other, "score")
    other.recipes["source none"] = {"lr": 2.0}
    both = merged(first, other, PLACE, replacing=True)
    assert both.cells == other.cells and both.recipes == other.recipes
    mixed = merged(first, second, PLACE, replacing=True)  # `none` is replaced, `mnli` stays
    assert {*mixed.pairs} == {("none", 1), ("mnli", 1), ("none", 2), ("squad_v1", 1), ("squad_v1", 2)}
    assert without(first, {"none", "mnli"}).pairs == {}


@pytest.mark.parametrize(
    ("runs", "rows", "seeds"),
    [
        ({"none": (1,), "mnli": (1,)}, ["none", "mnli"], [1]),
        ({"none": (1, 2), "mnli": (1,)}, ["none", "mnli"], [1]),  # as large: more rows
        ({"none": (1, 2, 3), "mnli": (1, 2, 3), "squad_v1": (1,)}, ["none", "mnli"], [1, 2, 3]),
        ({"none": (1, 2), "mnli": (2,), "squad_v1": (2,)}, ["none", "mnli", "squad_v1"], [2]),
        ({"mnli": (1,), "squad_v1": (1, 2)}, ["mnli", "squad_v1"], [1]),
    ],
)
def test_the_table_is_the_largest_part_without_a_gap(
    runs: dict[str, tuple[int, ...]], rows: list[str], seeds: list[int]
) -> None:
    cells = [{"source": source, "seed": seed} for source, own in runs.items() for seed in own]
    made = Record({"sources": dict.fromkeys(runs)}, {}, [], {"xnli": {"cells": cells}, "panx": {"cells": cells}})
    assert rectangle(made) == (rows, seeds, ["xnli", "panx"])
    rest = left_out(made.pairs, rows, seeds, ())
    assert len(cells) == len(rows) * len(seeds) + sum(one.count(",") + 1 for one in rest)


def test_a_control_narrows_the_table_by_nothing(tmp_path: Path) -> None:
    made = record(tmp_path / "run", ("none", "mnli"), (1, 2))
    for document in made.cells.values():
        document["cells"].append({**document["cells"][0], "source": "random"})
    assert rectangle(made, ["random"])[:2] == (["none", "mnli"], [1, 2])


def test_a_record_is_read_as_it_was_written(first: Record, tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    records.write(first, {"profile": "fake"}, folder)
    again = records.read(folder)
    assert vars(again) == vars(first)


DAMAGE: dict[str, Callable[[Path], Any]] = {
    "about.json": lambda path: path.write_text("{}"), "params.yaml": lambda path: path.write_text("a: &b 1"),
    "cells/xnli.json": lambda path: path.write_text("[]"), "units/xnli.parquet": lambda path: path.unlink(),
    "intermediate.json": lambda path: path.write_text("1"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_record_is_refused_by_the_name_of_its_file(first: Record, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    records.write(first, {"profile": "fake"}, folder)
    DAMAGE[name](folder / name)
    with pytest.raises(InputError, match=name):
        records.read(folder)
