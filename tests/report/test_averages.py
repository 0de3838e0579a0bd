"""XTREME's and XTREME-R's averages. Expected values: shared metrics handbook sections 9 and 10; figures of the official
script in tests/golden/averages.json."""

from __future__ import annotations

import pytest

from tests.golden.read import Case, grid_of, read
from xstilts.report.figures.averages import (
    XTREME,
    XTREME_R,
    Benchmark,
    benchmark,
    coverage,
    group_scores,
    overall,
    overall_name,
)

NINE, TEN = read("averages")[0]["scores"], read("averages")[4]["scores"]


def grid(*, without: str = "", name: str = "xtreme", scores: Case = NINE) -> Case:
    """A case with some targets left out."""
    return {"benchmark": name, "scores": {task: own for task, own in scores.items() if task not in without.split()}}


def test_the_means_that_are_not_the_official_overall() -> None:
    found = grid_of(grid())
    assert overall(found, "none") == [pytest.approx(55.5556, abs=1e-4)]
    groups = [group_scores(found, name, "none")[0] for name in ("classification", "tagging", "qa", "retrieval")]
    assert sum(groups) / 4 == 57.5
    assert sum(groups[:3]) / 3 == pytest.approx(56.6667, abs=1e-4)


def test_the_overall_of_xtreme_r() -> None:
    """The mean of its ten tasks, which the official script can never print; XCOPA counts in two groups."""
    found = grid_of(grid(name="xtreme-r", scores=TEN))
    assert (overall_name(found), overall(found, "none")) == ("average of ten of XTREME-R", [47.5])
    assert group_scores(found, "classification", "none") == [(70 + 65) / 2]
    assert group_scores(found, "multi_choice", "none") == [65]
    assert group_scores(found, "retrieval", "none") == [(50 + 35) / 2]
    assert coverage(found) == ""


@pytest.mark.parametrize(
    ("case", "expected", "name"),
    [
        (grid(), XTREME, "average of nine"),
        (grid(without="bucc2018"), XTREME, "partial mean of 8"),
        (grid(without="bucc2018 pawsx"), XTREME, "partial mean of 7"),
        (grid(name="xtreme-r", scores=TEN), XTREME_R, "average of ten of XTREME-R"),
        (grid(name="xtreme-r", scores=TEN, without="lareqa"), XTREME_R, "partial mean of 9 of XTREME-R"),
        (grid(name="xtreme-r", scores=TEN, without="lareqa mewslix xcopa"), XTREME, "partial mean of 7"),
    ],
)
def test_the_targets_say_which_benchmark_it_is(case: Case, expected: Benchmark, name: str) -> None:
    found = grid_of(case)
    assert (benchmark(found), overall_name(found)) == (expected, name)


def test_a_target_of_the_other_benchmark_is_not_in_the_overall() -> None:
    """All nine of XTREME and XCOPA: the average of nine stays what it is."""
    found = grid_of(grid())
    xcopa = grid_of({"benchmark": "xtreme-r", "scores": {"xcopa": {"all": {"accuracy": 0.0}}}})
    found.targets.append("xcopa")  # type: ignore[attr-defined]
    found.documents.update(xcopa.documents)  # type: ignore[attr-defined]
    found.scores.update(xcopa.scores)  # type: ignore[attr-defined]
    assert overall_name(found) == "average of nine"
    assert overall(found, "none") == [pytest.approx(55.5556, abs=1e-4)]


def test_the_lists_of_languages() -> None:
    sizes = {one.name: {target: len(one.official(target)) for target in one.languages} for one in (XTREME, XTREME_R)}
    assert sizes["XTREME"] == {
        "xnli": 15, "pawsx": 7, "udpos": 33, "panx": 40, "xquad": 11, "mlqa": 7, "tydiqa": 9, "bucc": 4, "tatoeba": 36,
    }  # fmt: skip
    assert sizes["XTREME-R"] == {
        "xnli": 15, "xcopa": 11, "udpos": 38, "panx": 48, "xquad": 12, "mlqa": 7, "tydiqa": 9, "tatoeba": 41,
        "lareqa": 11, "mewslix": 11,
    }  # fmt: skip
