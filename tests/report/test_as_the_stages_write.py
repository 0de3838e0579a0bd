"""The report reads what the stages really write: trainings of tiny encoders, from mixture to the second table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stages.test_intermediate import BOTH, RECIPE, run, setup, world
from xstilts.params import read_params
from xstilts.report.figures.grid import read_grid
from xstilts.report.figures.runs import records
from xstilts.report.tables.intermediate import intermediate_table, part_tables
from xstilts.report.tables.notes import intermediate_notes
from xstilts.report.tables.table import to_lines

__all__ = ["world"]  # a fixture


@pytest.mark.usefixtures("world")
def test_several_tasks_one_task_and_masked_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mlm = {"share": 0.4, "languages": ["en", "de"], "held_out": 5, "lines": 20}
    alone = {"tasks": [], "mlm": {**mlm, "share": 1}, **{name: RECIPE[name] for name in ("lr", "batch", "max_length")}}
    setup(
        tmp_path, none={"tasks": []}, nli={"tasks": ["nli"], **RECIPE}, both={**BOTH, "mlm": mlm},
        text={**alone, "steps": 8},
    )  # fmt: skip
    run("mixture", monkeypatch)
    for name in ("none", "nli", "both", "text"):
        run("intermediate", monkeypatch, name, "1")
        run("evaluate_intermediate", monkeypatch, name)
    run("score_intermediate", monkeypatch)
    grid = read_grid(read_params())
    heads, *lines = to_lines(intermediate_table(grid))
    assert heads == ["source", "MNLI", "HellaSwag", "nli", "MLM"]
    assert {line[0]: [bool(text) for text in line[1:]] for line in lines} == {
        "nli": [False, False, True, False], "both": [True, True, False, True], "text": [False, False, False, True],
        "chance": [True, True, True, False],
    }  # fmt: skip
    assert {task: [one.name for one in table.columns] for task, table in part_tables(grid).items()} == {
        "nli": ["mnli", "snli/r1"], "mlm": ["de", "en"],
    }  # fmt: skip
    assert "Rows scored: nli 36; MNLI 24; HellaSwag 12; MLM 10." in intermediate_notes(grid)
    runs = {one.name: one for one in records(grid)}
    assert set(runs) == {f"intermediate {name}, seed 1" for name in ("nli", "both", "text")}
    both, text = (runs[f"intermediate {name}, seed 1"] for name in ("both", "text"))
    names = {name for name, _, _ in both.metrics}
    assert {"dev/mnli", "dev/mlm", "dev.mlm/de", "train/loss/mlm", "train/dev/hellaswag", "train/dev"} <= names
    assert both.params["intermediate.lr"] == "0.001" and both.params["intermediate.task"] == "mnli+hellaswag+mlm"
    assert {"train/loss/mlm", "train/dev/mlm"} <= {name for name, _, _ in text.metrics}
