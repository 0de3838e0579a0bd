"""The study of exams: planted effects are claimed and others are not, and the page follows its rules."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stages.condition
from studies.mmlu import answer
from tests.fake_grid import CONTROLS, PARAMS, RECIPE, write_params
from tests.stages.test_score import prepare
from tests.studies.kept import keep_here
from tests.tasks_made_up import made_up
from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.records.files import read_rows, read_text, write_json, write_rows
from xstilts.records.prepared import Row
from xstilts.statistics.analyse import Target
from xstilts.statistics.collect import Sample
from xstilts.studies.kept import Run
from xstilts.studies.mmlu import likelihood
from xstilts.studies.mmlu.figure import write_figure
from xstilts.studies.mmlu.latency import Latency, changes, of_engine, read_latency
from xstilts.studies.mmlu.measure import Level, compare
from xstilts.studies.mmlu.page import lines, write_page
from xstilts.studies.noised import Noised

KINDS = {"none": "record", "mnli": "record", "csqa": "record", "random": "random", "ablated": "ablated"}
SHARES = {"none": 0.45, "mnli": 0.45, "csqa": 0.55, "random": 0.25, "ablated": 0.35}
LANGUAGES, UNITS, DRAWS, CHANCE = ("de", "tr"), 800, 300, 25.0


def exam(shares: dict[str, float], seeds: tuple[int, ...] = (1, 2, 3), lost: float = 0.0) -> Noised:
    """An exam of four options. A source is right on a share of the questions, the same ones for most seeds."""
    generator, runs = np.random.default_rng(3), [(source, seed) for source in shares for seed in seeds]
    labels = [paths.under(one, under) for under in (None, "option-order-1") for one in LANGUAGES]
    hard = np.tile(generator.uniform(size=(UNITS, 1, len(LANGUAGES))), 2)
    own = np.tile(generator.uniform(-0.02, 0.02, size=(UNITS, len(runs), len(LANGUAGES))), 2)
    levels = np.array([[shares[source] - lost * ("@" in label) for label in labels] for source, _ in runs])
    right = (hard + own < levels) * 100.0
    resampled = np.stack([right[one].mean(axis=0) for one in generator.integers(0, UNITS, size=(DRAWS, UNITS))])
    task: Any = None  # not asked for
    sample = Sample("exams", runs, {}, dict.fromkeys(labels, np.zeros(0)), "question", task)
    share = {(source, "option-order-1"): lost for source in shares}
    chance = dict.fromkeys(LANGUAGES, CHANCE)
    return Noised("exams", Target(sample, right.mean(axis=0), resampled), ["option-order-1"], chance, share)


@pytest.fixture(scope="module")
def levels() -> list[Level]:
    return compare([exam(SHARES)], KINDS)


def params_of(seeds: int) -> Params:
    return Params.model_validate({**PARAMS, "seeds": [*range(1, seeds + 1)]})


def run_of(seeds: int = 3) -> Run:
    def sample(target: str, conditions: Any) -> Sample:
        raise AssertionError("the page is made from what was measured")

    return Run(params_of(seeds), {}, sample)


def of(levels: list[Level], source: str) -> Level:
    return next(one for one in levels if one.source == source)


def test_levels_are_above_guessing_where_they_were_made_so(levels: list[Level]) -> None:
    assert {one.source: one.is_above for one in levels} == {
        "none": True, "mnli": True, "csqa": True, "random": False, "ablated": True,
    }  # fmt: skip
    one = of(levels, "csqa")
    assert one.above.by.mean == pytest.approx(30, abs=3) and one.accuracy == pytest.approx(55, abs=3)
    low, high = one.above.by.low, one.above.by.high
    assert low and high and low < 30 < high and {*one.languages} == {*LANGUAGES}


def test_a_planted_gain_is_claimed_and_no_other(levels: list[Level]) -> None:
    gains = {one.source: one.gain.verdict(3) for one in levels if one.gain}
    assert gains == {"mnli": "open", "csqa": "more"}
    assert {one.source: one.seen.verdict(3) for one in levels if one.seen} == dict.fromkeys(
        ("none", "mnli", "csqa"), "more"
    )
    assert of(levels, "ablated").gain is None and of(levels, "none").gain is None
    worse = compare([exam({**SHARES, "mnli": 0.3})], KINDS)
    assert {one.source: one.gain.verdict(3) for one in worse if one.gain} == {"mnli": "less", "csqa": "more"}


def test_one_seed_decides_nothing() -> None:
    found = compare([exam(SHARES, (1,))], KINDS)
    assert {one.gain.verdict(1) for one in found if one.gain} == {"seed"}
    page = "\n".join(lines(run_of(1), found, {}, []))
    assert "0 of 2 comparisons show a change.** There is one seed." in page
    assert "One seed: nothing can be said about other trainings." in page


def test_p_values_are_corrected_over_all_exams() -> None:
    one, two = exam(SHARES), exam({**SHARES, "random": 0.27})
    alone = of(compare([two], KINDS), "random").above.p
    both = [level for level in compare([one, two], KINDS) if level.source == "random"]
    assert max(level.above.p for level in both) > alone


def test_the_page_says_what_was_found(levels: list[Level]) -> None:
    page = "\n".join(lines(run_of(), levels, {}, []))
    assert "Accuracy: 3 of 3 scores are above guessing. **Better after EXAMS, csqa.** Cannot decide in 1 of 2." in page
    assert "EXAMS, guessing 25.0: above it are none, mnli, csqa, ablated." in page
    assert "Time: it was not measured." in page and "Time was not measured: there is no file of the harness" in page
    assert "No answer changes: the place of an option has no say." in page
    assert "no encoder here has a language-model head" in page


def test_options_that_matter_by_their_place_are_reported() -> None:
    page = "\n".join(lines(run_of(), compare([exam(SHARES, lost=0.1)], KINDS), {}, []))
    assert "At most 10.0 % of the answers that were right are then wrong (EXAMS, none)." in page


def measured(**p50: float) -> list[dict[str, Any]]:
    return [
        {"source": source, "language": language, "engine": "eager", "p50_ms": time + more, "p95_ms": time + 5.0,
         "p99_ms": time + 9.0, "questions_per_s": 50.0}
        for source, time in p50.items() for language, more in (("de", 0.0), ("tr", 2.0))
    ]  # fmt: skip


def found_in(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(read_text(path))
    return rows


def test_times_are_read_and_compared(tmp_path: Path, levels: list[Level]) -> None:
    assert read_latency(tmp_path / "none.json") == []
    path = tmp_path / "times.json"
    write_json(path, [*measured(none=9.0, mnli=9.1, csqa=8.9), {**measured(none=5.0)[0], "engine": "onnx"}])
    found = read_latency(path)
    eager = of_engine(found)
    assert eager["none"] == Latency("none", "eager", 10.0, 14.0, 18.0, 50.0) and {*of_engine(found, "onnx")} == {"none"}
    assert changes(eager) == pytest.approx({"mnli": 1.0, "csqa": -1.0})
    page = "\n".join(lines(run_of(), levels, eager, []))
    assert "Time: no source differs from `none` by more than 2 % (most: mnli, +1.0 %)." in page
    assert "mnli: p50 10.1 ms, p95 14.1 ms, p99 18.1 ms, 50.0 questions/s; +1.0 % against `none`." in page
    tested = {"source": "none", "margin": 0.05, "ratio": 1.0, "paired": {"verdict": "equivalent", "p": 0.01}}
    more = [{**one, "against": tested if one["source"] == "mnli" else None, "control": None} for one in found_in(path)]
    write_json(path, more)
    page = "\n".join(lines(run_of(), levels, of_engine(read_latency(path)), []))
    assert "+1.0 % against `none`; within 5 % of none: equivalent in 2 of 2 languages." in page
    write_json(path, measured(none=9.0, mnli=9.0, half_the_layers=4.0))
    page = "\n".join(lines(run_of(), levels, of_engine(read_latency(path)), []))
    assert "no source differs from `none` by more than 2 % (most: mnli, +0.0 %)" in page, "a control is no source"
    assert "- half_the_layers: p50 5.0 ms" in page
    write_json(path, measured(none=9.0, mnli=10.0))
    page = "\n".join(lines(run_of(), levels, of_engine(read_latency(path)), []))
    assert "some sources differ from `none` by more than 2 % (most: mnli, +10.0 %)" in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p50_ms": "9"}, "p50_ms"),
        ({"p50_ms": 99.0}, r"entry 1: found 99\.0, 14\.0, 18\.0, expected p50 <= p95 <= p99"),
        ({"engine": None}, "engine"),
    ],
)
def test_times_that_cannot_be_right(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = tmp_path / "times.json"
    path.write_text(json.dumps([{**measured(none=9.0)[0], **change}]))
    with pytest.raises(InputError, match=message):
        read_latency(path)


def test_files_have_the_same_bytes_twice(tmp_path: Path, levels: list[Level]) -> None:
    times = {one: Latency(one, "eager", 10.0, 12.0, 15.0, 40.0) for one in KINDS}
    for folder, latency in (("a", times), ("b", times), ("c", {})):
        (tmp_path / folder).mkdir()
        write_page(tmp_path / folder, run_of(), levels, latency, [])
        write_figure(tmp_path / folder, levels, latency)
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert names == {"answer.md", "table.md", "table.csv", "table.tex", "languages.csv", "latency.svg", "latency.png"}
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    table = list(csv.DictReader(read_text(tmp_path / "a/table.csv").splitlines()))
    assert [row["source"] for row in table] == [*KINDS] and {row["p50 ms"] for row in table} == {"10.0000"}
    assert "no time was measured" in read_text(tmp_path / "c/latency.svg")
    assert re.findall(r"\((.+?)\)", "".join(read_text(tmp_path / "a/answer.md").split("## Table")[1:]))[:4] == [
        "table.md", "table.csv", "table.tex", "languages.csv",
    ]  # fmt: skip


def questions(size: int) -> list[Row]:
    """Questions with 2 to 5 options: guessing gets (1/2 + 1/3 + 1/4 + 1/5) / 4."""
    return [
        {"id": str(n), "prompt": f"p{n}", "choices": [f"o{n}{k}" for k in range(2 + n % 4)], "label": n % 2}
        for n in range(size)
    ]


def answered(source: str, split: str, language: str, wrong: int) -> list[Row]:
    rows = read_rows(paths.rows_of(split) / "exams" / split / f"{language}.parquet")
    chosen = [row["label"] if n >= wrong else 1 - min(row["label"], 1) for n, row in enumerate(rows)]
    return [
        {"language": language, "split": split, "id": row["id"], "prediction": one} for row, one in zip(rows, chosen)
    ]


def test_the_answer_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From prepared rows and predictions, as the stages leave them behind, to the folder of the study."""
    monkeypatch.chdir(tmp_path)
    sources = {"none": {"tasks": []}, "mnli": {"tasks": ["mnli"], **RECIPE}, **CONTROLS}
    own = {"layout": "native", "raw": "exams", "labels": "pool", "evaluate": {"test": ["de", "tr"]}}
    tasks = {"mnli": PARAMS["tasks"]["mnli"], "exams": own}
    targets: dict[str, Any] = {group: {} for group in PARAMS["targets"]} | {"choice": {"exams": RECIPE}}
    written = write_params(
        tmp_path, sources=sources, tasks=tasks, targets=targets, conditions={"exams": ["option-order-1"]}
    )
    sets = {("test", "de"): questions(40), ("test", "tr"): questions(20)}
    prepare("exams", "choice", "choice_accuracy", sets)
    monkeypatch.setattr(sys, "argv", ["condition"])
    stages.condition.main()
    for number, source in enumerate(sources):
        rows = [row for under in (None, "option-order-1") for _, language in sets
                for row in answered(source, paths.under("test", under), language, 4 + 4 * number)]  # fmt: skip
        path, schema = (
            paths.predictions("exams", source) / "1.parquet",
            dict.fromkeys(("language", "split", "id"), "str"),
        )
        write_rows(path, rows, {**schema, "prediction": "int"})
        counts = {f"{row['split']}/{row['language']}": {"truncated": 0} for row in rows}
        write_json(path.with_suffix(".json"), {"signature": {"max_length": 128}, "counts": counts})
    keep_here(written, Path("made"))
    monkeypatch.setattr(sys, "argv", ["answer", "made"])
    answer.main()
    table = {row["source"]: row for row in csv.DictReader(read_text(tmp_path / "made/table.csv").splitlines())}
    guessing = 100 * (1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 4
    for number, source in enumerate(sources):
        wrong = 4 + 4 * number
        accuracy = 100 * ((40 - wrong) / 40 + (20 - wrong) / 20) / 2
        assert float(table[source]["accuracy"]) == pytest.approx(accuracy, abs=1e-3)
        assert float(table[source]["above chance"]) == pytest.approx(accuracy - guessing, abs=1e-3)
        assert float(table[source]["order lost"]) == 0
    assert table["ablated"]["kind"] == "ablated" and table["random"]["over none"] == ""
    assert float(table["mnli"]["over none"]) == pytest.approx(100 * -(4 / 40 + 4 / 20) / 2, abs=1e-3)
    page = read_text(tmp_path / "made/answer.md")
    assert "No answer changes: the place of an option has no say." in page and "Time was not measured" in page


def test_likelihoods_are_above_guessing_with_an_interval_over_questions() -> None:
    gold = {"de": questions(40), "tr": questions(40)}
    answers: dict[str, list[dict[str, int]]] = {
        language: [{"gain": row["label"], "mean": row["label"] if n % 2 else 1 - row["label"], "sum": 0}
                   for n, row in enumerate(rows)]
        for language, rows in gold.items()
    }  # fmt: skip
    found = likelihood.figures(made_up("choice", "choice_accuracy", "exams"), gold, answers)
    guessing = 100 * (1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 4
    assert {name: by["above"] for name, by in found["scores"].items()} == pytest.approx(
        {"gain": 100 - guessing, "mean": 50 - guessing, "sum": 50 - guessing}, abs=1e-3
    )
    gain, mean = found["scores"]["gain"], found["scores"]["mean"]
    assert gain["low"] == gain["above"] == gain["high"], "all questions are right on every draw"
    # 40 questions, the same ones in both languages: a standard error of 7.9 points
    assert 2 * 1.6 * 7.9 < mean["high"] - mean["low"] < 2 * 2.3 * 7.9
    assert found["languages"]["de"] == pytest.approx(
        {"n": 40, "chance": guessing, "gain": 100.0, "mean": 50.0, "sum": 50.0}, abs=1e-3
    )
    whole = [{"source": "none", "seed": 1, "target": "exams", "truncated": 0, **found}]
    page = "\n".join(lines(run_of(), compare([exam(SHARES)], KINDS), {}, whole))
    assert "- EXAMS, none, seed 1: points above guessing by mean over tokens less the same without the question" in page


def test_a_file_of_likelihoods_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert likelihood.read_likelihood(tmp_path / "none.json") == []
    write_json(tmp_path / "odd.json", [{"source": "none"}])
    with pytest.raises(InputError, match=r"odd\.json"):
        likelihood.read_likelihood(tmp_path / "odd.json")
