"""Test sets under a condition: made, scored beside the clean ones, compared, shown. The clean ones never change."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import stages.condition
from stages.score import score
from tests.fake_grid import PARAMS, RECIPE, write_params
from tests.stages.test_score import LABELS, SOURCES, predict, prepare
from xstilts import paths
from xstilts.conditions import apply as applying
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import read_json, read_rows
from xstilts.scoring.cells import Gold
from xstilts.statistics.tables import statistics

SWAP = "swap-0.50"
TEXT = "several people were walking slowly through another village"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with XNLI in English (test) and Swahili (dev), predicted on the clean sets."""
    monkeypatch.chdir(tmp_path)
    ask({})
    rows = [{"id": str(n), "text_a": f"{TEXT} {n}", "text_b": TEXT, "label": LABELS[n % 3]} for n in range(8)]
    prepare("xnli", "classification", "accuracy", {("test", "en"): rows, ("dev", "sw"): rows[:6]}, LABELS)
    predict("xnli", CLEAN)
    return tmp_path


RIGHT = [LABELS[n % 3] for n in range(8)]
CLEAN = {("test", "en"): [*RIGHT[:6], "entailment", "neutral"], ("dev", "sw"): [*RIGHT[:6]]}
NOISED = {("test@" + SWAP, "en"): [*RIGHT[1:4], *RIGHT[3:]], ("dev@" + SWAP, "sw"): [*RIGHT[:5], "entailment"]}


def ask(conditions: dict[str, list[str]]) -> None:
    tasks = {name: dict(given) for name, given in PARAMS["tasks"].items()}
    tasks["xnli"]["evaluate"] = {"test": ["en"], "dev": ["sw"]}
    targets: dict[str, Any] = {group: {} for group in PARAMS["targets"]} | {"classification": {"xnli": RECIPE}}
    write_params(Path(), sources=SOURCES, tasks=tasks, targets=targets, conditions=conditions)


def make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["condition"])
    stages.condition.main()


def test_a_set_under_a_condition_has_the_rows_of_the_clean_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask({"xnli": [SWAP]})
    make(monkeypatch)
    clean, noised = (
        read_rows(at / "en.parquet")
        for at in (paths.PREPARED / "xnli/test", paths.CONDITIONS / f"xnli/test@{SWAP}")
    )  # fmt: skip
    for one, other in zip(clean, noised, strict=True):
        assert [one[name] for name in ("id", "label")] == [other[name] for name in ("id", "label")]
        assert one["text_a"] != other["text_a"] and sorted(one["text_a"]) == sorted(other["text_a"])
    counts = read_json(paths.CONDITIONS / "xnli/counts.json")["splits"]
    assert counts[f"test@{SWAP}"]["en"]["rows"] == counts[f"test@{SWAP}"]["en"]["rows_changed"] == 8
    assert {path.name for path in paths.CONDITIONS.iterdir()} == set(PARAMS["tasks"]), "a folder a task, for DVC"


def test_without_conditions_nothing_is_read_and_empty_folders_are_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(monkeypatch)
    assert {path.name for path in paths.CONDITIONS.rglob("*") if path.is_file()} == {"counts.json"}
    assert read_json(paths.CONDITIONS / "xnli/counts.json") == {"task": "xnli", "splits": {}}


def test_cells_under_a_condition_stand_behind_the_clean_ones(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = score(read_params(), "xnli")
    assert "conditions" not in before and not [cell for cell in before["cells"] if {"condition", "flips"} & {*cell}]
    ask({"xnli": [SWAP]})
    make(monkeypatch)
    predict("xnli", CLEAN | NOISED)
    after = score(read_params(), "xnli")
    clean = [cell for cell in after["cells"] if "condition" not in cell]
    assert json.dumps({**after, "cells": clean} | {"conditions": 0}) == json.dumps({**before, "conditions": 0})
    english, swahili = (cell for cell in after["cells"] if "condition" in cell)
    assert english == {
        "source": "none", "seed": 1, "language": "en", "split": "test", "condition": SWAP, "n": 8,
        "scores": {"accuracy": 62.5}, "main": 62.5, "clean": 75.0, "flips": {"lost": 3, "won": 2, "n": 8},
    }  # fmt: skip
    assert swahili["flips"] == {"lost": 1, "won": 0, "n": 6} and swahili["split"] == "dev"
    assert after["conditions"][SWAP]["en"]["rows_changed"] == 8
    assert after["conditions"][SWAP]["en"]["input truncated"] == 1


def test_what_is_missing_is_named_by_its_cell(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask({"xnli": [SWAP]})
    with pytest.raises(InputError, match=r"data/conditions/xnli/test@swap-0.50/en.parquet: file not found"):
        score(read_params(), "xnli")
    make(monkeypatch)
    with pytest.raises(InputError, match=r"xnli from none, seed 1: found no predictions for en \(test@swap-0.50\)"):
        score(read_params(), "xnli")
    english = {pair: own for pair, own in NOISED.items() if pair[1] == "en"}
    predict("xnli", CLEAN | english)
    with pytest.raises(InputError, match=r"seed 1: found no predictions for sw \(dev@swap-0.50\)"):
        score(read_params(), "xnli")
    predict("xnli", CLEAN | NOISED | {(f"test@{SWAP}", "en"): RIGHT[:7]})
    with pytest.raises(InputError, match=r"seed 1, en \(test@swap-0.50\): found 7 predictions, expected 8"):
        score(read_params(), "xnli")
    predict("xnli", CLEAN | NOISED)
    ask({})
    make(monkeypatch)
    with pytest.raises(InputError, match=r"seed 1: found predictions for sw \(dev@swap-0.50\) in .*, expected none"):
        score(read_params(), "xnli")


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"xnli": ["swop-0.1"]}, "conditions.xnli: unknown condition 'swop' (did you mean 'swap'?)"),
        ({"xnli": ["swap"]}, "conditions.xnli: condition 'swap': found no level, expected one such as swap-0.1"),
        ({"xnli": ["swap-1.5"]}, "condition 'swap-1.5': found the level 1.5, expected a share from 0 to 1"),
        ({"xnli": ["clean"]}, "conditions.xnli: unknown condition 'clean'"),
        ({"xnli": ["swap-0.1", "swap-0.10"]}, "found 'swap-0.1' and 'swap-0.10', which are the same: expected one"),
        ({"xnli": ["swap-0.1", "swap-0.1"]}, "found 'swap-0.1' and 'swap-0.1', which are the same: expected one"),
        ({"xnli": []}, "conditions.xnli: found [], expected"),
        ({"xnli": "swap-0.1"}, "conditions.xnli: found 'swap-0.1', expected"),
        ({"mnli": ["swap-0.1"]}, "conditions: found 'mnli', which is no target"),
        ({"xnly": ["swap-0.1"]}, "conditions: found 'xnly', which is no target (did you mean 'xnli'?)"),
    ],
)
def test_what_cannot_be_is_refused_with_the_parameters(conditions: Any, message: str, folder: Path) -> None:
    ask(conditions)
    with pytest.raises(InputError) as caught:
        read_params()
    assert message in str(caught.value) and str(caught.value).startswith("params.yaml: ")


def test_other_rows_than_the_clean_set_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask({"xnli": [SWAP]})
    make(monkeypatch)
    rows = [{"id": f"x{n}", "text_a": "a", "text_b": "b", "label": LABELS[n % 3]} for n in range(8)]
    prepare("xnli", "classification", "accuracy", {("test", "en"): rows, ("dev", "sw"): rows[:6]}, LABELS)
    with pytest.raises(InputError, match=r"xnli/en \(test@swap-0.50\): found other ids than in the clean set"):
        Gold(read_params(), "xnli")

    def shorter(*given: Any, **more: Any) -> applying.Conditioned:
        found = applying.apply(*given, **more)
        return applying.Conditioned(found.rows[1:], found.counts)

    monkeypatch.setattr(stages.condition, "apply", shorter)
    with pytest.raises(InputError, match=r"xnli/en \(test@swap-0.50\): found other ids or another order"):
        make(monkeypatch)


def test_statistics_of_the_clean_sets_do_not_change(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = statistics(read_params(), 200).content(200)
    assert "conditions" not in before
    ask({"xnli": [SWAP]})
    make(monkeypatch)
    predict("xnli", CLEAN | NOISED)
    after = statistics(read_params(), 200).content(200)
    found = after.pop("conditions")
    assert json.dumps(after) == json.dumps(before)
    rows = {row["language"]: row for row in found["rows"]}
    assert {name: (row["clean"], row["noised"]) for name, row in rows.items()} == {
        "en": (75.0, 62.5), "sw": (100.0, 83.333333), "mean": (87.5, 72.916667),
    }  # fmt: skip
    for row in rows.values():
        assert row["drop"] == pytest.approx(row["clean"] - row["noised"], abs=1e-5)
        assert row["low"] < row["drop"] < row["high"]
    assert {row["language"] for row in found["scores"]} == {f"en@{SWAP}", f"sw@{SWAP}"}


def test_a_language_in_which_nothing_changes_is_in_no_mean(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = applying.apply

    def apply(rows: Any, family: str, language: str, *given: Any, **more: Any) -> applying.Conditioned:
        found = real(rows, family, language, *given, **more)
        return found if language == "en" else applying.Conditioned([*rows], {**found.counts, "rows_changed": 0})

    monkeypatch.setattr(stages.condition, "apply", apply)
    ask({"xnli": [SWAP]})
    make(monkeypatch)
    predict("xnli", CLEAN | NOISED)
    found = statistics(read_params(), 50).content(50)["conditions"]["rows"]
    assert {(row["language"], row["languages"]) for row in found} == {("mean", 1), ("en", 1)}


SLOW = """
import sys, time
import stages.condition
from xstilts.conditions.apply import apply
def slow(rows, family, language, *rest, **more):
    if language == "sw":
        print("half", flush=True)
        time.sleep(60)
    return apply(rows, family, language, *rest, **more)
stages.condition.apply = slow
sys.argv = ["condition"]
stages.condition.main()
"""


def test_a_kill_leaves_nothing_half_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask({"xnli": [SWAP]})
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen([sys.executable, "-c", SLOW], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout
        assert any("half" in line for line in process.stdout)
        time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not paths.CONDITIONS.exists()
    make(monkeypatch)
    first = hashes(paths.CONDITIONS)
    make(monkeypatch)
    assert hashes(paths.CONDITIONS) == first and len(first) == len(PARAMS["tasks"]) + 2


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
