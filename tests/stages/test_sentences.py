"""Sentence vectors from params.yaml to the cell: several layers, a prefix, and one encoder for all of them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

import stages.evaluate
import stages.score
from tests.fake_grid import PARAMS, write_params
from tests.tasks_made_up import made_up
from tests.texts import LINES
from xstilts.encoders.models import load_encoder
from xstilts.errors import InputError
from xstilts.records.files import read_json, read_rows, write_json, write_rows
from xstilts.records.prepared import SCHEMAS

GERMAN, ENGLISH = LINES["de"].split(), LINES["en"].split()
SIZE = min(8, len(GERMAN), len(ENGLISH))
PREFIX = "query: "
EVALUATE = {"tatoeba": {"test": ["de"]}, "bucc": {"dev": ["de"]}}


def put(task: str, metric: str, tunes_on: str | None) -> None:
    """Prepared rows: the start of each line against that of the English line, so that neighbours are not trivial."""
    folder, split = Path("data/prepared") / task, next(iter(EVALUATE[task]))
    rows = [
        {"id": f"{side}{n}", "side": side, "text": " ".join(words[: n + 2]), "gold": [f"source{n}"] if side == "english"
         else [f"english{n}"]}
        for side, words in (("source", GERMAN), ("english", ENGLISH)) for n in range(SIZE)
    ]  # fmt: skip
    write_json(folder / "task.json", vars(made_up("retrieval", metric, task, tunes_on=tunes_on, languages=("de",))))
    write_rows(folder / split / "de.parquet", rows, SCHEMAS["retrieval"])
    write_json(folder / "counts.json", {"splits": {split: {"de": {"rows": len(rows), "pairs": SIZE}}}})


@pytest.fixture
def root(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    put("tatoeba", "accuracy", None)
    put("bucc", "mining_f1", "dev")
    shutil.copytree(tiny, "models/intermediate/none/1")
    return tmp_path


def cells(root: Path, monkeypatch: pytest.MonkeyPatch, target: str, **sentence: Any) -> dict[str, Any]:
    """The cell of the target in German with such sentence vectors."""
    write_params(
        root, tasks={name: {**PARAMS["tasks"][name], "evaluate": chosen} for name, chosen in EVALUATE.items()},
        sources={"none": {"tasks": []}}, targets={"retrieval": {"tatoeba": {}, "bucc": {"neighbours": 2}}},
        backbone={**PARAMS["backbone"], "sentence": sentence},
    )  # fmt: skip
    for module, *arguments in ((stages.evaluate, target, "none"), (stages.score, target)):
        monkeypatch.setattr(sys, "argv", [module.__name__, *arguments])
        module.main()
    (cell,) = read_json(root / f"results/cells/{target}.json")["cells"]
    return dict(cell)


@pytest.mark.parametrize("target", ["tatoeba", "bucc"])
def test_each_layer_scores_as_it_does_alone(target: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = {layer: cells(root, monkeypatch, target, layer=layer) for layer in ("2/2", "1/2", "0")}
    both = cells(root, monkeypatch, target, layer=["2/2", "1/2", "0"])
    assert both["main"] == alone["2/2"]["main"] and alone["2/2"]["scores"].items() <= both["scores"].items()
    first = next(iter(both["scores"]))
    for layer in ("1/2", "0"):
        assert both["scores"][f"{first}_layer_{layer.replace('/', '_')}"] == alone[layer]["main"]
    signature = read_json(root / f"results/predictions/{target}/none/1.json")["signature"]
    assert (signature["layer"], signature["further_layers"]) == ("2/2", "1/2, 0")


def test_the_prefix_stands_before_every_sentence(
    root: Path, tiny: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same cosines by hand, one sentence at a time; without the prefix they are others."""
    cells(root, monkeypatch, "tatoeba", layer="2/2", prefix=PREFIX)
    found = read_rows(root / "results/predictions/tatoeba/none/1.parquet")
    model = load_encoder(tiny).eval()

    def vector(text: str) -> np.ndarray:
        with torch.no_grad():
            states = model(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0].numpy()
        return np.asarray(states.mean(axis=0) / np.linalg.norm(states.mean(axis=0)))

    def best(prefix: str) -> list[float]:
        source = np.stack([vector(prefix + " ".join(GERMAN[: n + 2])) for n in range(SIZE)])
        return [float((source @ vector(prefix + " ".join(ENGLISH[: n + 2]))).max()) for n in range(SIZE)]

    np.testing.assert_allclose([row["score"] for row in found], best(PREFIX), atol=2e-6)
    assert not np.allclose(best(PREFIX), best(""), atol=1e-4)
    assert read_json(root / "results/predictions/tatoeba/none/1.json")["signature"]["prefix"] == PREFIX


def test_predictions_of_a_layer_that_is_not_asked_for_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells(root, monkeypatch, "tatoeba", layer=["2/2", "1/2"])
    file = root / "results/predictions/tatoeba/none/1.json"
    record = read_json(file)
    del record["signature"]["further_layers"]
    write_json(file, record)
    monkeypatch.setattr(sys, "argv", ["stages.score", "tatoeba"])
    with pytest.raises(InputError, match=r"tatoeba from none, seed 1: found predictions of the layer 1/2"):
        stages.score.main()
