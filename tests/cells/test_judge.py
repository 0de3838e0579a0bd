"""The verdict on two figures of a cell, and on two machines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from xstilts.cells.judge import Known, Verdict, other_machine, worst

KEY = ("mnli", 1, "sw")


def cell(main: float, seed: int = 1) -> dict[str, Any]:
    return {"source": "mnli", "seed": seed, "language": "sw", "main": main, "scores": {"accuracy": main}}


@pytest.mark.parametrize(
    ("found", "interval", "other_seed", "expected"),
    [
        (50.0, None, None, Verdict.EQUAL),
        (51.0, (45.0, 55.0), None, Verdict.BYTES),
        (55.0, (45.0, 55.0), None, Verdict.BYTES),
        (55.1, (45.0, 55.0), None, Verdict.SCORES),
        (55.1, (45.0, 55.0), 56.0, Verdict.BYTES),  # as far away as another seed
        (56.1, (45.0, 55.0), 56.0, Verdict.SCORES),
        (50.1, None, None, Verdict.SCORES),
        (None, (45.0, 55.0), None, Verdict.SCORES),
    ],
)
def test_a_figure_agrees_within_what_is_known_of_it(
    found: float | None, interval: tuple[float, float] | None, other_seed: float | None, expected: Verdict
) -> None:
    known = Known({} if interval is None else {("xnli", "mnli", "sw", 1): interval})
    stored = {KEY: cell(50.0)} | ({} if other_seed is None else {("mnli", 2, "sw"): cell(other_seed, 2)})
    again = {key: one for key, one in stored.items() if key != KEY} | ({} if found is None else {KEY: cell(found)})
    (verdict, line), *_ = known.judge("xnli", stored, again)
    assert verdict is expected, line
    assert line.startswith("xnli/sw from mnli, seed 1: ")


def test_another_figure_beside_an_equal_main_one_is_a_matter_of_bytes() -> None:
    other = {**cell(50.0), "scores": {"accuracy": 50.0, "f1": 1.0}}
    assert Known({}).judge("xnli", {KEY: cell(50.0)}, {KEY: other})[0][0] is Verdict.BYTES


def test_a_cell_that_is_new_differs() -> None:
    assert Known({}).judge("xnli", {}, {KEY: cell(50.0)})[0] == (
        Verdict.SCORES,
        "xnli/sw from mnli, seed 1: stored nothing, found 50.0",
    )


def test_statistics_without_scores_are_no_intervals(tmp_path: Path) -> None:
    (tmp_path / "statistics.json").write_text('{"settings": {"level": 0.9}, "gains": []}')
    assert Known.read(tmp_path / "statistics.json") == Known({}, 0.9)
    assert Known.read(tmp_path / "none.json") == Known({})


def test_the_worst_verdict_counts_and_each_has_its_exit_code() -> None:
    assert worst([]) is Verdict.EQUAL
    assert worst([Verdict.EQUAL, Verdict.BYTES]) is Verdict.BYTES
    assert worst([Verdict.BYTES, Verdict.SCORES, Verdict.EQUAL]) is Verdict.SCORES
    assert sorted(one.value for one in Verdict) == [0, 1, 3]  # 2 is a mistake in what was given


MADE = {
    "arithmetic": "avx2", "device": "processor", "operations": {"sum": "1", "softmax": "2"},
    "versions": {"torch": "2.13.0"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"arithmetic": "compatible"}, ["arithmetic avx2"]),
        ({"device": "NVIDIA H100"}, ["device processor"]),
        ({"operations": {"sum": "1", "softmax": "3"}}, ["other kernels for softmax"]),
        ({"operations": {"sum": "1"}}, ["other kernels for softmax"]),
        ({"versions": {"torch": "2.14.0"}}, ["made with torch 2.13.0"]),
    ],
)
def test_another_machine_is_told_by_what_counts(change: dict[str, Any], expected: list[str]) -> None:
    committed = [{**MADE, "trainings": 3}]
    assert other_machine({**MADE, **change}, committed) == expected
    assert other_machine({**MADE, **change}, committed * 2) == expected
    assert other_machine({**MADE, **change}, []) == []
