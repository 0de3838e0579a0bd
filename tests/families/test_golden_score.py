"""Every scorer against the figures that the official programs gave, kept in tests/golden with their provenance."""

from __future__ import annotations

import json

import pytest

from tests.golden.read import FOLDER, METRICS, Case, read, run, same
from tests.official import SOURCES

CASES = [(metric, case) for metric in METRICS for case in read(metric)]


@pytest.mark.parametrize(("metric", "case"), CASES, ids=[f"{metric}-{case['note']}" for metric, case in CASES])
def test_our_figures_are_the_official_ones(metric: str, case: Case) -> None:
    """Where the official program stops, ours refuses the input, or gives what is written under `ours`."""
    expected: Case = case["ours"] if "ours" in case else case["official"]
    found = run(metric, case)
    assert same(metric, expected, found), f"found {found}, expected {expected}"


def test_every_metric_has_goldens_with_their_provenance() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(METRICS) == set(SOURCES)
    for metric in METRICS:
        assert json.loads((FOLDER / f"{metric}.json").read_text(encoding="utf-8"))["source"] == SOURCES[metric]


def test_a_wrong_figure_does_not_pass() -> None:
    """The comparison itself: another figure, a missing one, a refusal."""
    figures = {"f1": 50.0, "threshold": 0.5}
    assert same("bucc", figures, {**figures, "f1_corrected": 1.0})
    assert not same("bucc", figures, {**figures, "f1": 50.0001})
    assert not same("bucc", figures, {"f1": 50.0})
    assert not same("bucc", figures, {"error": "InputError"})
    assert not same("averages", {"overall": {"qa": 1.0}}, {"overall": {"qa": 1.0, "all_task": 2.0}})
