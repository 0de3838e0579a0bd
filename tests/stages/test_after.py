"""Social IQa, then COPA, then XCOPA: the second training begins as the first one ended, and XCOPA is only asked."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

import stages.evaluate
import stages.score
import stages.target
from tests.fake_grid import PARAMS, write_params
from tests.tasks_made_up import made_up
from tests.texts import LINES
from xstilts.errors import InputError
from xstilts.records.files import read_json, read_rows, write_json, write_rows
from xstilts.records.prepared import SCHEMAS

RECIPE = {"epochs": 1, "lr": 1.0e-3, "batch": 4, "max_length": 48}
NOTHING = 1.0e-30  # a learning rate that moves no float32 weight


def rows(language: str, choices: int) -> list[dict[str, Any]]:
    words = LINES[language].split()
    return [
        {"id": str(n), "prompt": " ".join(words[n:]), "choices": words[:choices], "label": n % choices}
        for n in range(8)
    ]  # fmt: skip


def write_prepared(task: str, choices: int, *places: str) -> None:
    folder, counts = Path("data/prepared") / task, dict[str, dict[str, Any]]()
    write_json(folder / "task.json", vars(made_up("choice", "accuracy", task)))
    for place in places:
        split, language = place.split("/")
        write_rows(folder / f"{place}.parquet", rows(language, choices), SCHEMAS["choice"])
        counts.setdefault(split, {})[language] = {"rows": 8}
    write_json(folder / "counts.json", {"splits": counts})


@pytest.fixture
def folder(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    given = {"layout": "native", "raw": "x", "labels": "x"}
    chain = {"siqa": given, "copa": given, "xcopa": {**given, "evaluate": {"test": ["de", "tr"]}}}
    write_params(
        tmp_path, tasks={**PARAMS["tasks"], **chain}, sources={"none": {"tasks": []}},
        targets={"copa": {"xcopa": {}}}, siqa=RECIPE, copa={**RECIPE, "lr": NOTHING, "selection": "last"},
    )  # fmt: skip
    write_prepared("siqa", 3, "train/en", "dev/en")
    write_prepared("copa", 2, "train/en", "dev/en")
    write_prepared("xcopa", 2, "test/de", "test/tr")
    for training in ("siqa", "copa"):
        write_json(
            tmp_path / f"data/mixtures/none/{training}/training.json",
            {"languages": ["en"], "head": None, "selection": "english"},
        )
    shutil.copytree(tiny, "models/intermediate/none/1")
    return tmp_path


def run(module: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", [module.__name__, *arguments])
    module.main()


def test_the_chain_from_social_iqa_to_xcopa(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(stages.target, monkeypatch, "siqa", "none", "1")
    run(stages.target, monkeypatch, "copa", "none", "1", "--after", "siqa")
    first, second = (load_file(folder / f"models/target/{one}/none/1/model.safetensors") for one in ("siqa", "copa"))
    assert first.keys() == second.keys()
    assert {"classifier.weight", "roberta.pooler.dense.weight"} <= first.keys()
    assert all(torch.equal(first[name], second[name]) for name in first), "encoder and head are carried on"
    assert read_json(folder / "results/curves/target/copa/none/1.json")["after"] == "siqa"
    assert read_json(folder / "models/target/copa/none/1/xstilts.json")["training"] == "copa"

    run(stages.evaluate, monkeypatch, "xcopa", "none")
    predicted = read_rows(folder / "results/predictions/xcopa/none/1.parquet")
    assert [(row["language"], row["split"]) for row in predicted] == [("de", "test")] * 8 + [("tr", "test")] * 8
    assert read_json(folder / "results/predictions/xcopa/none/1.json")["signature"]["training"] == "copa"
    run(stages.score, monkeypatch, "xcopa")
    cells = {cell["language"]: cell for cell in read_json(folder / "results/cells/xcopa.json")["cells"]}
    for language in ("de", "tr"):
        right = sum(row["prediction"] == int(row["id"]) % 2 for row in predicted if row["language"] == language)
        assert cells[language]["scores"] == {"accuracy": 100 * right / 8} and cells[language]["n"] == 8


def test_copa_moves_the_model_where_its_rate_lets_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_params(
        folder, tasks={**PARAMS["tasks"], **dict.fromkeys(("siqa", "copa", "xcopa"), PARAMS["tasks"]["mnli"])},
        sources={"none": {"tasks": []}}, targets={"copa": {"xcopa": {}}}, siqa=RECIPE, copa=RECIPE,
    )  # fmt: skip
    run(stages.target, monkeypatch, "siqa", "none", "1")
    run(stages.target, monkeypatch, "copa", "none", "1", "--after", "siqa")
    first, second = (load_file(folder / f"models/target/{one}/none/1/model.safetensors") for one in ("siqa", "copa"))
    assert not torch.equal(first["classifier.weight"], second["classifier.weight"])


def test_a_model_of_another_training_is_not_continued(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(stages.target, monkeypatch, "siqa", "none", "1")
    run(stages.target, monkeypatch, "copa", "none", "1", "--after", "siqa")
    shutil.rmtree(folder / "models/target/siqa")
    (folder / "models/target/copa").rename(folder / "models/target/siqa")
    with pytest.raises(
        InputError, match=r"models/target/siqa/none/1: found a model trained on copa, expected one .* siqa"
    ):
        run(stages.target, monkeypatch, "copa", "none", "1", "--after", "siqa")
