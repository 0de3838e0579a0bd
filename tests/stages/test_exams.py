"""An exam from its published files to cells: prepared, turned, trained on the English pool, answered with a trained
head and without one, scored. Questions have three to five options, so batches are mixed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

import stages.condition
import stages.evaluate
import stages.prepare
import stages.score
import stages.target
from studies.mmlu import facts
from tests.conftest import ARCHITECTURE
from tests.fake_grid import PARAMS, write_params
from tests.tasks.published import Row, jsonl, put
from tests.texts import LINES
from xstilts.params import Architecture
from xstilts.pretraining import model as pretraining
from xstilts.records.files import read_json, read_rows, write_json
from xstilts.seeding import Seeds
from xstilts.studies.mmlu.likelihood import read_likelihood

RECIPE = {"epochs": 1, "lr": 1.0e-3, "batch": 4, "max_length": 48, "max_examples": 16}
WORDS = {language: LINES[language].split() for language in ("en", "de", "tr")}


def pool() -> list[Row]:
    found = []
    for n in range(60):
        options = [f"{word} {n}" for word in WORDS["en"][: 2 + n % 4]]
        found.append({"question": f"Which {n}?", "choices": options, "answer": options[-1], "source": "sciq"})
    return found


def exam(n: int, language: str, name: str) -> Row:
    choices = [{"text": f"{WORDS[language][k]} {n}", "label": "ABCDE"[k]} for k in range(3 + n % 3)]
    question = {"stem": " ".join(WORDS[language][:6]) + f" {n}?", "choices": choices}
    return {"id": f"{language}-{n}", "question": question, "answerKey": "ABC"[n % 3], "info": {"language": name}}


@pytest.fixture
def folder(tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Raw files, and an encoder with its language-model head as row `none`."""
    monkeypatch.chdir(tmp_path)
    for name in ("ai2_arc_easy", "truthful_qa"):
        write_json(Path(f"pool/{name}.json"), [])
    write_json(Path("pool/sciq.json"), pool())
    rows = [exam(n, *language) for language in (("de", "German"), ("tr", "Turkish")) for n in range(12)]
    put(tmp_path / "exams/multilingual/test.jsonl", jsonl(*rows))
    own = {"layout": "native", "raw": "exams", "labels": "pool", "evaluate": {"test": ["de", "tr"]}}
    targets: dict[str, Any] = {group: {} for group in PARAMS["targets"]} | {"choice": {"exams": RECIPE}}
    write_params(
        tmp_path, tasks={"exams": own}, sources={"none": {"tasks": []}}, targets=targets,
        conditions={"exams": ["option-order-1"]},
    )  # fmt: skip
    started = {"languages": ["en"], "head": None, "selection": "english"}
    write_json(Path("data/mixtures/none/exams/training.json"), started)
    made = pretraining.new(Architecture.model_validate(ARCHITECTURE), tokenizer, Seeds("exams"))
    pretraining.save(made, tokenizer, {"stage": "backbone", "seed": 1})
    Path("models/intermediate/none").mkdir(parents=True)
    Path("models/backbone").rename("models/intermediate/none/1")
    return tmp_path


def run(module: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", [module.__name__, *arguments])
    module.main()


def test_an_exam_from_files_to_cells(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(stages.prepare, monkeypatch, "exams")
    run(stages.condition, monkeypatch)
    run(stages.target, monkeypatch, "exams", "none", "1")
    run(stages.evaluate, monkeypatch, "exams", "none")
    run(stages.score, monkeypatch, "exams")
    document = read_json(folder / "results/cells/exams.json")
    guessing = 100 * (1 / 3 + 1 / 4 + 1 / 5) / 3
    assert document["chance"] == {"de": pytest.approx(guessing), "tr": pytest.approx(guessing)}
    clean = {cell["language"]: cell for cell in document["cells"] if "condition" not in cell}
    turned = {cell["language"]: cell for cell in document["cells"] if "condition" in cell}
    predicted = read_rows(folder / "results/predictions/exams/none/1.parquet")
    for language in ("de", "tr"):
        own = [row for row in predicted if row["language"] == language and row["split"] == "test"]
        right = sum(row["prediction"] == n % 3 for n, row in enumerate(own))
        assert all(0 <= row["prediction"] < 3 + n % 3 for n, row in enumerate(own)) and len(own) == 12
        scores = clean[language]["scores"]
        assert scores == pytest.approx({"accuracy": 100 * right / 12, "above_chance": 100 * right / 12 - guessing})
        # Each option is scored by itself: in another order the same one is chosen.
        assert turned[language]["flips"] == {"lost": 0, "won": 0, "n": 12}
    assert document["conditions"]["option-order-1"]["de"]["rows_changed"] == 12
    curve = read_json(folder / "results/curves/target/exams/none/1.json")
    assert curve["steps"] and curve["counts"]["truncated"] == 0

    run(facts, monkeypatch, "made")
    (found,) = read_likelihood(folder / "made/run/likelihood.json")
    assert (found["source"], found["target"], {*found["languages"]}) == ("none", "exams", {"de", "tr"})
    assert found["languages"]["tr"]["n"] == 12
    assert found["languages"]["tr"]["chance"] == pytest.approx(guessing, abs=1e-3)
