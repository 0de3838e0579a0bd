"""Gains and findings: each verdict from made-up grids whose gains are written down here."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.fake_grid import RECIPE, write_grid, write_params
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import write_json
from xstilts.report.figures.averages import overall
from xstilts.report.figures.gains import Gain, Statistics, gain, read_statistics, seed_gain
from xstilts.report.figures.grid import MAIN, Grid, mean, read_grid
from xstilts.report.paper.findings import Finding, findings, to_json, to_page
from xstilts.report.paper.published import read_published

NOISE = (-0.1, 0.0, 0.1)  # by seed
Points = Callable[[str, str], float]  # gain over `none` by (source, target)
SOURCES: dict[str, Sequence[str]] = {
    "none": (), "mnli": ("mnli",), "qqp": ("qqp",), "squad_v2": ("squad_v2",), "squad_v1": ("squad_v1",),
    "hellaswag": ("hellaswag",), "multi": ("mnli", "qqp", "squad_v1"), "mnli-mlm": ("mnli", "mlm"),
    "qqp-mlm": ("qqp", "mlm"), "mnli-translated": ("mnli",),
}  # fmt: skip
PAPER = {
    "xnli": 1,
    "pawsx": 1.5,
    "udpos": 1,
    "panx": -1,
    "xquad": 2,
    "mlqa": 1,
    "tydiqa": 12,
    "bucc": 12,
    "tatoeba": 20,
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def grid_of(
    root: Path, points: Points, noise: Sequence[float] = NOISE, kind: str = "full",
    sources: Mapping[str, Sequence[str]] = SOURCES,
) -> Grid:  # fmt: skip
    """A grid in which `none` has 50 everywhere, and every source what `points` adds to it."""
    own: dict[str, Any] = {
        name: {"tasks": ["mnli"], **RECIPE} if tasks else {"tasks": []} for name, tasks in sources.items()
    }
    seeds = [*range(1, len(noise) + 1)]
    shutil.rmtree("results", ignore_errors=True)
    params = write_params(root, sources=own, seeds=seeds, data={"kind": kind})
    write_grid(root, params, sources)
    grid = read_grid(read_params())
    scores = {
        (target, source, seed, language): {MAIN: 50 + (points(source, target) + noise[seed - 1] if tasks else 0)}
        for target, source, seed, language in grid.scores
        for tasks in [sources[source]]
    }
    curves = [{**curve, "collapsed": None, "recipe": _recipe(curve)} for curve in grid.curves]
    return replace(grid, scores=scores, curves=curves)


def _recipe(curve: Mapping[str, Any]) -> Any:
    return {**curve["recipe"], "translated": {}} if curve["source"].endswith("translated") else curve["recipe"]


def paper(source: str, target: str) -> float:
    """Gains as the paper has them: three tasks ahead, several at once a little more, variants as without."""
    trio = source.split("-")[0] in ("mnli", "squad_v1", "hellaswag")
    return PAPER[target] + {True: 0.6}.get(trio, 0) + (1.2 if source == "multi" else 0)


def verdicts(grid: Grid, known: Statistics | None = None, **weak: Sequence[str]) -> dict[str, Finding]:
    """Verdicts by a word of each finding."""
    words = ("retrieval", "TyDiQA", "XQuAD", "pairs", "NER", "best", "Several", "Masked", "Translated")
    found = findings(grid, known or Statistics(), weak, read_published())
    assert len(found) == len(words)
    return {word: next(one for one in found if word in one.finding) for word in words}


def test_a_run_like_the_paper_supports_every_finding(root: Path) -> None:
    found = verdicts(grid_of(root, paper))
    assert {word: one.verdict for word, one in found.items()} == dict.fromkeys(found, "supports")
    assert found["TyDiQA"].published == "TyDiQA +12.7 on test, the best source of each"
    assert found["TyDiQA"].ours.startswith(
        "TyDiQA: 2 of 2 show such a gain, 0 exclude it, mean gain +12.3, highest +12.6"
    )


def test_a_run_unlike_the_paper_contradicts_every_finding(root: Path) -> None:
    def unlike(source: str, target: str) -> float:
        if "-" in source:
            return 10
        return {"panx": 5.0, "multi": -9}.get(target, -3) - (source in ("mnli", "squad_v1", "hellaswag", "multi"))

    found = verdicts(grid_of(root, unlike))
    assert {word: one.verdict for word, one in found.items()} == dict.fromkeys(found, "contradicts")
    assert found["Masked"].why == "a gain of 1 point or more is shown: all targets."


def test_noise_decides_nothing(root: Path) -> None:
    found = verdicts(grid_of(root, paper, noise=(-40, 0, 40)))
    alone = {word for word, one in found.items() if one.verdict == "cannot decide"}
    assert alone == {"retrieval", "TyDiQA", "XQuAD", "pairs", "NER"}  # rows against rows have the same noise here


def test_a_best_source_like_the_published_one_is_no_contradiction(root: Path) -> None:
    """The published figures are the best source's; all others may lose."""

    def only_one(source: str, target: str) -> float:
        return PAPER[target] if source == "squad_v1" else -3

    found = verdicts(grid_of(root, only_one))
    assert {word: found[word].verdict for word in ("TyDiQA", "XQuAD", "pairs", "NER")} == dict.fromkeys(
        ("TyDiQA", "XQuAD", "pairs", "NER"), "supports"
    )
    assert found["retrieval"].verdict == "contradicts", "there the claim is about most sources"
    worse = verdicts(grid_of(root, lambda source, target: -3))
    assert {worse[word].verdict for word in ("TyDiQA", "XQuAD", "pairs")} == {"contradicts"}
    ner = verdicts(grid_of(root, lambda source, target: 4 if source == "qqp" else -3))["NER"]
    assert ner.verdict == "contradicts", "one source with a gain is enough against none"


def test_one_target_for_and_one_against_is_no_verdict(root: Path) -> None:
    found = verdicts(grid_of(root, lambda source, target: -5 if target == "bucc" else paper(source, target)))
    assert (found["retrieval"].verdict, found["retrieval"].why) == (
        "cannot decide",
        "shown: Tatoeba; excluded: BUCC. Languages: BUCC 1 of 4 and 2 others; Tatoeba 5 of 36.",
    )


def test_what_stands_in_the_way(root: Path) -> None:
    generated = verdicts(grid_of(root, paper, kind="generated"))["retrieval"]
    assert generated.verdict == "cannot decide"
    assert generated.why == (
        "generated data: a made-up world is no evidence. The numbers point to: supports (shown: BUCC, Tatoeba)."
    )
    two = verdicts(grid_of(root, paper, noise=(0, 0.1)))
    assert {one.why for one in two.values()} == {"2 seeds, 3 are needed."}
    weak = verdicts(grid_of(root, paper), tatoeba=["tr"])
    assert weak["retrieval"].why.startswith("format only: Tatoeba. The numbers point to: supports")
    assert weak["Several"].verdict == "cannot decide"  # the average has it in it
    assert weak["NER"].verdict == "supports"
    cut = verdicts(grid_of(root, paper, kind="cut-down"))["NER"]
    assert (cut.verdict, cut.why.split(".")[1]) == ("supports", " On cut-down data")
    assert cut.why.endswith(" Languages: NER 6 of 40.")


def test_missing_rows_and_targets_are_named(root: Path) -> None:
    few = verdicts(grid_of(root, paper, sources={"none": (), "mnli": ("mnli",)}))
    assert few["TyDiQA"].why == "no row has such an intermediate training."
    assert few["best"].why == "no row for SQuAD v1.1, HellaSwag alone."
    assert few["Several"].why == "no row of several tasks beside rows of single ones."
    assert few["Masked"].why == few["Translated"].why
    grid = grid_of(root, paper)
    less = verdicts(replace(grid, targets=[name for name in grid.targets if name != "bucc"]))
    assert less["retrieval"].why == "BUCC is not in this table."
    assert less["best"].why == "the average needs all nine targets."
    bare = verdicts(grid_of(root, paper, sources={"mnli": ("mnli",)}))
    assert bare["NER"].why == "the row `none` is missing."


def test_collapsed_trainings_are_counted_and_left_open(root: Path) -> None:
    grid = grid_of(root, paper)
    failed = [
        {**curve, "collapsed": "dev at chance" if curve["stage"] == "intermediate" and curve["tasks"] else None}
        for curve in grid.curves
    ]
    found = verdicts(replace(grid, curves=failed))
    assert {one.verdict for one in found.values()} == {"cannot decide"}
    assert "0 of 5 show such a gain, 0 exclude it, 5 collapsed" in found["NER"].ours


def test_statistics_come_before_seeds(root: Path) -> None:
    grid = grid_of(root, paper)
    wide = Statistics(gains={(source, "panx"): Gain(-1.0, -8.0, 6.0) for source in grid.sources})
    assert verdicts(grid, wide)["NER"].verdict == "cannot decide"
    assert gain(grid, wide, "mnli-mlm", "panx", "mnli") == seed_gain(grid, "mnli-mlm", "panx", "mnli")
    page = to_page(grid, wide, [*verdicts(grid, wide).values()])
    assert "Intervals of gains over `none`: results/statistics.json." in page and "## Rules" in page
    assert {*to_json([*verdicts(grid).values()])[0]} == {"finding", "published", "ours", "verdict", "why"}


def test_statistics_of_other_cells_are_refused(root: Path) -> None:
    grid, path = grid_of(root, paper), Path("results/statistics.json")
    assert read_statistics(grid).gains == {}
    line = {"source": "qqp", "target": "panx", "gain": -1.0, "low": -2.0, "high": -0.5, "better": False}
    line |= {"p_holm": 0.01, "worse": True}
    other = {**line, "source": "gone", "gain": 7.0}
    write_json(path, {"settings": {"level": 0.95}, "gains": [line, other]})
    assert read_statistics(grid).gains == {("qqp", "panx"): Gain(-1.0, -2.0, -0.5, significant=True)}
    del line["worse"]
    write_json(path, {"settings": {"level": 0.99}, "gains": [line]})
    assert not read_statistics(grid).gains["qqp", "panx"].significant
    write_json(path, {"settings": {"level": 0.95}, "gains": [{**line, "gain": 3.0}]})
    with pytest.raises(InputError, match=r"found a gain of \+3\.00 for qqp on panx, expected -1\.00 of the cells"):
        read_statistics(grid)
    write_json(path, {"gains": []})
    with pytest.raises(InputError, match=r"statistics\.json: settings is missing; found 'gains'"):
        read_statistics(grid)


def test_the_rule_of_the_seeds_is_as_weak_as_it_says(root: Path) -> None:
    """mean > sd of three is t > sqrt(3) with 2 degrees of freedom."""
    assert stats.t.sf(3**0.5, 2) == pytest.approx(1 / 9, abs=0.002)
    grid = grid_of(root, paper)
    assert seed_gain(grid, "qqp", "panx").low == pytest.approx(-1.1)
    assert seed_gain(grid, "multi", "average", "mnli").mean == pytest.approx(
        mean(overall(grid, "multi")) - mean(overall(grid, "mnli"))
    )


@settings(deadline=None)
@given(st.lists(st.integers(-100, 100), min_size=2, max_size=6))
def test_zero_is_outside_exactly_by_the_rule(values: list[int]) -> None:
    scores = {("x", "a", n, "de"): {MAIN: float(value)} for n, value in enumerate(values)}
    scores |= {("x", "none", n, "de"): {MAIN: 0.0} for n, _ in enumerate(values)}
    grid = Grid(
        profile="fake", kind="full", seeds=[*range(len(values))], sources=["none", "a"], controls={}, targets=["x"],
        documents={"x": {"languages": {"de": "test"}}}, curves=[], training_of={}, scores=scores,
    )  # fmt: skip
    low = seed_gain(grid, "a", "x").low
    sure = min(values) > 0 and statistics.fmean(values) > statistics.stdev(values)
    assert low is not None and (low > 0) == sure
