"""`stages.score`: cells from predictions and gold, and a refusal for everything that does not fit."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from stages.score import score
from tests.fake_grid import PARAMS, write_params
from tests.tasks_made_up import made_up
from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.records.files import read_json, read_rows, write_json, write_rows
from xstilts.records.prepared import SCHEMAS

LABELS = ("contradiction", "entailment", "neutral")
SOURCES: dict[str, Any] = {"none": {"tasks": []}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository root with parameters for one source, xnli in two languages and BUCC in one."""
    monkeypatch.chdir(tmp_path)
    tasks = {name: dict(given) for name, given in PARAMS["tasks"].items()}
    tasks["xnli"]["evaluate"] = {"test": ["en"], "dev": ["sw"]}
    tasks["bucc"]["evaluate"] = {"test": ["de"]}
    write_params(tmp_path, sources=SOURCES, tasks=tasks)
    xnli = [{"id": str(n), "text_a": "a", "text_b": "b", "label": LABELS[n % 3]} for n in range(4)]
    prepare("xnli", "classification", "accuracy", {("test", "en"): xnli, ("dev", "sw"): xnli[:3]}, LABELS)
    predict("xnli", {("test", "en"): ["contradiction"] * 4, ("dev", "sw"): list(LABELS)})
    return tmp_path


def prepare(
    target: str,
    family: str,
    metric: str,
    rows: dict[tuple[str, str], list[dict[str, Any]]],
    labels: tuple[str, ...] = (),
    tunes_on: str | None = None,
) -> None:
    """What the stage `prepare` leaves behind."""
    splits: dict[str, Any] = {}
    for (split, language), own in rows.items():
        write_rows(paths.PREPARED / target / split / f"{language}.parquet", own, SCHEMAS[family])
        splits.setdefault(split, {})[language] = {"rows": len(own), "declared": 5, "unlabelled": 1}
    facts = made_up(family, metric, target, labels, tunes_on)
    write_json(paths.PREPARED / target / "task.json", asdict(facts))
    write_json(paths.PREPARED / target / "counts.json", {"task": target, "kind": "cut-down", "splits": splits})


def predict(target: str, answers: dict[tuple[str, str], list[str]], source: str = "none") -> None:
    """What the stage `evaluate` leaves behind."""
    rows = [
        {"language": language, "split": split, "id": str(n), "prediction": answer}
        for (split, language), own in answers.items()
        for n, answer in enumerate(own)
    ]
    path = paths.predictions(target, source) / "1.parquet"
    write_rows(path, rows, {"language": "str", "split": "str", "id": "str", "prediction": "str"})
    counts = {f"{split}/{language}": {"truncated": 1} for split, language in answers}
    write_json(path.with_suffix(".json"), {"signature": {"max_length": 128}, "counts": counts})


def test_cells_have_scores_counts_chance_and_signature(folder: Path) -> None:
    cells = score(read_params(), "xnli")
    assert cells["languages"] == {"en": "test", "sw": "dev"}
    assert cells["cells"] == [
        {
            "source": "none",
            "seed": 1,
            "language": "en",
            "split": "test",
            "n": 4,
            "scores": {"accuracy": 50.0},
            "main": 50.0,
        },
        {
            "source": "none",
            "seed": 1,
            "language": "sw",
            "split": "dev",
            "n": 3,
            "scores": {"accuracy": 100.0},
            "main": 100.0,
        },
    ]
    assert cells["chance"] == {"en": 50.0, "sw": 33.333333}
    assert cells["counts"]["en"] == {"rows": 4, "declared": 5, "unlabelled": 1, "input truncated": 1}
    assert cells["signature"] == {
        "metric": "accuracy", "variant": "official", "scorer": "classification 1", "max_length": 128,
        "data": "cut-down", "profile": "fake",
    }  # fmt: skip


def test_bucc_reads_dev_for_its_threshold(folder: Path) -> None:
    sides: dict[tuple[str, str], list[dict[str, Any]]] = {}
    rows: list[dict[str, Any]] = []
    for split, margins in (("dev", (1.3, 1.1)), ("test", (1.25, 1.15))):
        sides[split, "de"] = [
            {"id": f"de-{n}", "side": "source", "text": "x", "gold": [f"en-{n}"] if split == "test" or n == 0 else []}
            for n in range(2)
        ] + [{"id": f"en-{n}", "side": "english", "text": "y", "gold": []} for n in range(2)]
        rows += [
            {"language": "de", "split": split, "id": f"de-{n}", "prediction": f"en-{n}", "score": margin}
            for n, margin in enumerate(margins)
        ]
    prepare("bucc", "retrieval", "mining_f1", sides, tunes_on="dev")
    path = paths.predictions("bucc", "none") / "1.parquet"
    write_rows(path, rows, {"language": "str", "split": "str", "id": "str", "prediction": "str", "score": "float"})
    counts: dict[str, Any] = {"dev/de": {}, "test/de": {}}
    write_json(path.with_suffix(".json"), {"signature": {"layer": "14/24", "pooling": "mean"}, "counts": counts})
    cells = score(read_params(), "bucc")
    assert cells["cells"][0]["scores"] | {"f1": 0, "f1_corrected": 0} == {
        "f1": 0, "f1_corrected": 0, "precision": 100.0, "recall": 50.0, "threshold": 1.2,
    }  # fmt: skip
    assert cells["signature"]["threshold"] == "tuned on dev"
    assert cells["signature"]["layer"] == "14/24"


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({("test", "en"): ["neutral"] * 4}, r"xnli from none, seed 1: found no predictions for sw \(dev\)"),
        (
            {("test", "en"): ["neutral"] * 4, ("dev", "sw"): ["neutral"] * 3, ("test", "sw"): ["neutral"] * 3},
            r"xnli from none, seed 1: found predictions for sw \(test\)",
        ),
        (
            {("test", "en"): ["neutral"] * 3, ("dev", "sw"): ["neutral"] * 3},
            r"xnli from none, seed 1, en \(test\): found 3 predictions, expected 4 \(1 missing, such as '3'\)",
        ),
    ],
)
def test_gaps_extras_and_unequal_lengths_are_refused(folder: Path, answers: Any, message: str) -> None:
    predict("xnli", answers)
    with pytest.raises(InputError, match=message):
        score(read_params(), "xnli")


def test_a_malformed_run_is_refused(folder: Path) -> None:
    file = paths.predictions("xnli", "none") / "1.parquet"
    rows = [{name: value for name, value in row.items() if name != "split"} for row in read_rows(file)]
    write_rows(file, rows, dict.fromkeys(rows[0], "str"))
    with pytest.raises(InputError, match=r"none/1\.parquet: found no column 'split', only language, id, prediction"):
        score(read_params(), "xnli")
    write_json(file.with_suffix(".json"), [])
    with pytest.raises(InputError, match=r"none/1\.json: the value: found \[\], expected an object with signature"):
        score(read_params(), "xnli")


def test_a_missing_run_and_another_signature_are_refused(folder: Path) -> None:
    write_params(folder, sources={**SOURCES, "mnli": PARAMS["sources"]["mnli"]}, tasks=tasks_of(folder))
    with pytest.raises(InputError, match=r"results/predictions/xnli/mnli/1\.\w+: file not found"):
        score(read_params(), "xnli")
    predict("xnli", {("test", "en"): ["neutral"] * 4, ("dev", "sw"): ["neutral"] * 3}, source="mnli")
    path = paths.predictions("xnli", "mnli") / "1.json"
    write_json(path, {**read_json(path), "signature": {"max_length": 256}})
    with pytest.raises(InputError, match=r"xnli from mnli, seed 1: found the signature .*256.*, expected .*128"):
        score(read_params(), "xnli")


def test_a_language_on_two_splits_is_refused(folder: Path) -> None:
    tasks = tasks_of(folder)
    tasks["xnli"]["evaluate"] = {"test": ["en", "sw"], "dev": ["sw"]}
    write_params(folder, sources=SOURCES, tasks=tasks)
    with pytest.raises(InputError, match=r"tasks\.xnli: evaluate: found sw under test and dev, expected it once"):
        score(read_params(), "xnli")


def tasks_of(folder: Path) -> dict[str, Any]:
    """The `tasks` section of the parameters on disk."""
    import yaml

    tasks: dict[str, Any] = yaml.safe_load((folder / "params.yaml").read_text(encoding="utf-8"))["tasks"]
    return tasks


def test_the_script_writes_the_same_bytes_twice_and_imports_no_torch(folder: Path) -> None:
    code = "import sys; from stages.score import main; main(); assert not {'torch', 'sklearn'} & {*sys.modules}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    hashes = []
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code, "xnli"], check=True, env=environment)
        hashes.append(hashlib.sha256(paths.cells("xnli").read_bytes()).hexdigest())
    assert hashes[0] == hashes[1]
    unknown = subprocess.run(
        [sys.executable, "-m", "stages.score", "nope"], capture_output=True, text=True, env=environment, check=False
    )
    assert unknown.returncode == 2
    assert "unknown target 'nope'" in unknown.stderr
