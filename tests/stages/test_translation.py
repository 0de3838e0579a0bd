"""Targets of translation from raw files to the report, on a tiny world: trained, interrupted, decoded, scored."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

import stages.aggregate
import stages.condition
import stages.evaluate
import stages.evaluate_intermediate
import stages.intermediate
import stages.mixture
import stages.prepare
import stages.score
import stages.score_intermediate
import stages.statistics
import stages.target
from studies.translation import answer
from tests.fake_grid import PARAMS, write_params
from tests.imports import ROOT
from tests.stages.test_interrupt import TRAINING
from tests.studies.kept import keep_here
from tests.tasks.published import put
from xstilts.conditions.apply import apply
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import read_json, read_rows
from xstilts.report.figures.grid import read_grid
from xstilts.report.figures.runs import records

NOUNS = {"goat": "mbuzi", "dog": "mbwa", "child": "mtoto", "teacher": "mwalimu", "river": "mto", "village": "kijiji"}
VERBS = {"sees": "anaona", "finds": "anapata", "wants": "anataka", "follows": "anafuata"}
SWAP = "swap-0.5"
RECIPE = {
    "steps": 12, "lr": 3.0e-3, "batch": 8, "max_length": 48, "target_length": 24, "decoder_layers": 1, "evaluations": 2,
}  # fmt: skip
TARGETS: dict[str, dict[str, Any]] = {"translation": {"lafand": {}, "flores200": {}}}
SOURCES = {"none": {"tasks": []}, "random": {"tasks": [], "init": "random", "control": True}}
DIRECTIONS = ("en-sw", "sw-en")


def sentences() -> list[tuple[str, str]]:
    found = []
    for (one, a), (verb, b), (other, c) in product(NOUNS.items(), VERBS.items(), NOUNS.items()):
        found.append((f"The {one} {verb} the {other}.", f"{a.capitalize()} {b} {c}."))
    return found[::2] + found[1::2]


def write(folder: Path, pairs: list[tuple[str, str]], english: str, swahili: str) -> None:
    for name, side in ((english, 0), (swahili, 1)):
        put(folder / name, "".join(f"{pair[side]}\n" for pair in pairs))


def ask(folder: Path, recipe: Mapping[str, Any] = RECIPE, **changes: Any) -> None:
    """Parameters with two targets of translation, one of them under a condition."""
    raw = {name: f"raw/{name}" for name in ("lafand", "flores200")}
    entry = {"layout": "native", "evaluate": {"test": [*DIRECTIONS]}}
    tasks = {name: {**entry, "raw": place, "labels": raw["lafand"]} for name, place in raw.items()}
    tasks["mnli"] = PARAMS["tasks"]["mnli"]
    given = {"data": {"kind": "generated"}, "conditions": {"lafand": [SWAP]}, "decoding": {"beam": 1, "batch": 4}}
    changed = {"sources": SOURCES, "targets": TARGETS, "parallel": {"lafand": dict(recipe)}, **given, **changes}
    write_params(folder, tasks=tasks, **changed)


@pytest.fixture
def world(tiny_dropout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Raw files, parameters, a backbone, and what comes before target trainings."""
    monkeypatch.chdir(tmp_path)
    pairs = sentences()
    folder = tmp_path / "raw/lafand"
    for split, own in (("train", pairs[:100]), ("dev", pairs[100:110]), ("test", pairs[98:106])):
        write(folder, own, f"en-swa/{split}.en", f"en-swa/{split}.swa")
    write(tmp_path / "raw/flores200", pairs[120:126], "devtest/eng_Latn.devtest", "devtest/swh_Latn.devtest")
    ask(tmp_path)
    shutil.copytree(tiny_dropout, "models/backbone")
    for task in ("lafand", "flores200"):
        run("prepare", monkeypatch, task)
    run("condition", monkeypatch)
    run("mixture", monkeypatch)
    for source in SOURCES:
        run("intermediate", monkeypatch, source, "1")
    return tmp_path


def run(stage: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", [stage, *arguments])
    getattr(stages, stage).main()


def files(*folders: str) -> dict[Path, bytes]:
    return {path: path.read_bytes() for one in folders for path in sorted(Path(one).rglob("*")) if path.is_file()}


def test_from_raw_files_to_the_report(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for source in SOURCES:
        run("target", monkeypatch, "lafand", source, "1")
        run("evaluate_intermediate", monkeypatch, source)
        for target in ("lafand", "flores200"):
            run("evaluate", monkeypatch, target, source)
    for target in ("lafand", "flores200"):
        run("score", monkeypatch, target)
    for stage in ("score_intermediate", "statistics", "aggregate"):
        run(stage, monkeypatch)

    rows = read_rows(Path("results/predictions/lafand/none/1.parquet"))
    assert [(row["split"], row["language"]) for row in rows[::8]] == [
        *(("test", one) for one in DIRECTIONS), *((f"test@{SWAP}", one) for one in DIRECTIONS)
    ]  # fmt: skip
    clean = {(row["language"], row["id"]): row["prediction"] for row in rows if row["split"] == "test"}
    assert all(row["clean"] == (clean[row["language"], row["id"]] if "@" in row["split"] else None) for row in rows)

    document = read_json(Path("results/cells/lafand.json"))
    assert len(document["cells"]) == 2 * 2 * 2 and set(document["chance"]) == set(DIRECTIONS)
    for cell in document["cells"]:
        scores = cell["scores"]
        assert cell["main"] == scores["chrf2++"] and {"bleu", "off_target", "chrf2++_unseen"} <= {*scores}
        assert scores["seen"] == 25 and ("consistency" in scores) == ("condition" in cell)
    assert document["counts"]["en-sw"]["in_training_set"] == 2
    assert {"chrf2++", "bleu", "beam", "batch", "target_length"} <= {*document["signature"]}
    other = read_json(Path("results/cells/flores200.json"))["cells"]
    assert all(cell["scores"]["seen"] == 0 and "bleu_unseen" not in cell["scores"] for cell in other)

    statistics = read_json(Path("results/statistics.json"))
    means = {(row["target"], row["source"], row["language"]): row["mean"] for row in statistics["scores"]}
    for cell in document["cells"]:
        if cell["source"] == "none" and "condition" not in cell:  # a control is no row of the statistics
            assert means["lafand", cell["source"], cell["language"]] == pytest.approx(cell["main"], abs=1e-6)
    assert {row["condition"] for row in statistics["conditions"]["rows"]} == {SWAP}
    report = Path("results/report.html").read_text(encoding="utf-8")
    assert "chrF++" in report and "FLORES-200" in Path("results/table.md").read_text(encoding="utf-8")
    grid = read_grid(read_params(), Path("results"))
    metrics = {name for record in records(grid) for name, _, _ in record.metrics}
    assert {"lafand/en-sw", "lafand.bleu/en-sw", f"lafand.{SWAP}/sw-en", "flores200.bleu/sw-en"} <= metrics
    assert "mean.zero-shot" not in metrics, "every direction is learnt"

    content = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
    del content["sources"]["random"]  # what a study keeps has the rows of the statistics
    place = world / "study"
    kept = keep_here(content, place)
    assert kept.params.targets.translation.keys() == {"lafand", "flores200"}
    monkeypatch.setattr(sys, "argv", ["answer", str(place)])
    answer.main()
    assert {"answer.md", "table.csv", "noise-lafand.svg", "clean-lafand.png"} <= {path.name for path in place.iterdir()}
    page = (place / "answer.md").read_text(encoding="utf-8")
    assert "one side of 25.0 % of the test rows stands in the training set" in page


def test_an_interrupted_training_and_what_it_says_are_the_same_bytes(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XSTILTS_CHECKPOINT_STEPS", "5")
    run("target", monkeypatch, "lafand", "none", "1")
    run("evaluate", monkeypatch, "lafand", "none")
    whole = files("models/target", "results")
    for folder in ("models/target", "results/curves/target", "results/predictions"):
        shutil.rmtree(folder)
    for after, code in (("7", 130), ("1000", 0)):
        done = subprocess.run(
            [sys.executable, "-c", TRAINING, after, "target", "lafand", "none", "1"],
            check=False, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == code, done.stderr
    assert "continuing after step 5" in done.stdout
    run("evaluate", monkeypatch, "lafand", "none")
    assert files("models/target", "results") == whole
    run("evaluate", monkeypatch, "lafand", "none")
    assert files("models/target", "results") == whole


def test_a_condition_changes_sources_alone(world: Path) -> None:
    for direction, spoken in (("en-sw", "en"), ("sw-en", "sw")):
        rows = read_rows(Path(f"data/prepared/lafand/test/{direction}.parquet"))
        noised = read_rows(Path(f"data/conditions/lafand/test@{SWAP}/{direction}.parquet"))
        assert [{**row, "source": ""} for row in rows] == [{**row, "source": ""} for row in noised]
        assert all(one["source"] != other["source"] for one, other in zip(rows, noised, strict=True))
        assert noised == apply(rows, "translation", direction, SWAP).rows
        for condition in ("keyboard-1", "case-upper-1"):  # their tables are by language: that of the source
            texts = [{"id": row["id"], "text_a": row["source"], "text_b": "", "label": "x"} for row in rows]
            alone = apply(texts, "classification", spoken, condition).rows
            found = apply(rows, "translation", direction, condition).rows
            assert [row["source"] for row in found] == [row["text_a"] for row in alone]


def test_a_model_of_other_languages_is_refused(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("target", monkeypatch, "lafand", "none", "1")
    task = read_params().tasks["flores200"].model_dump()
    put(world / "raw/flores200/devtest/yor_Latn.devtest", "a\nb\nc\nd\ne\nf\n")
    entry = {**task, "evaluate": {"test": ["en-yo"]}}
    ask(world)
    params = (world / "params.yaml").read_text(encoding="utf-8")
    assert params.count("- sw-en") == 2
    content = yaml.safe_load(params)
    content["tasks"]["flores200"] = {key: value for key, value in entry.items() if value}
    (world / "params.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    run("prepare", monkeypatch, "flores200")
    with pytest.raises(InputError, match="found the language 'yo', expected one that is learnt: en, sw"):
        run("evaluate", monkeypatch, "flores200", "none")


@pytest.mark.slow
def test_it_learns_to_translate(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More steps give a better figure than the source, copied; on sentences that were not learnt."""
    ask(world, {**RECIPE, "steps": 500, "batch": 16, "lr": 2.0e-3, "evaluations": 1})
    run("mixture", monkeypatch)
    run("target", monkeypatch, "lafand", "none", "1")
    run("evaluate", monkeypatch, "flores200", "none")
    ask(world, sources={"none": {"tasks": []}})
    run("score", monkeypatch, "flores200")
    document = read_json(Path("results/cells/flores200.json"))
    for cell in document["cells"]:
        assert cell["main"] > document["chance"][cell["language"]] + 20, cell
        assert cell["scores"]["off_target"] == 0
