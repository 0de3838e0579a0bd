"""A tokenizer and an encoder small enough to train in a test: real parts, random weights."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # before anything imports it: pytest starts processes

import pytest
from tokenizers import Tokenizer

import xstilts  # noqa: F401, turns telemetry off before a library is imported
from tests.texts import CORPUS

ARCHITECTURE = {
    "layers": 2, "hidden": 32, "heads": 2, "intermediate": 64, "positions": 256, "dropout": 0.0,
    "initializer_range": 0.05,
}  # fmt: skip


@pytest.fixture(scope="session")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    """A tokenizer of about 400 pieces over sixteen scripts."""
    from xstilts.pretraining.tokenizer import train

    file = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    train(CORPUS, 400, seed_pieces=False).save(str(file))
    return Tokenizer.from_file(str(file))


@pytest.fixture(scope="session")
def tiny(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an XLM-R encoder of two layers and its tokenizer, as the stage `backbone` leaves it. Read only."""
    from xstilts.encoders.models import save_model
    from xstilts.params import Architecture
    from xstilts.pretraining.model import new
    from xstilts.seeding import Seeds

    folder = tmp_path_factory.mktemp("tiny")
    tokenizer.save(str(folder / "tokenizer.json"))
    model = new(Architecture.model_validate(ARCHITECTURE), tokenizer, Seeds("tiny"))
    save_model(model.roberta, folder, folder / "encoder", {"stage": "backbone", "seed": 1})
    return folder / "encoder"


@pytest.fixture(scope="session")
def tiny_dropout(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same encoder, to be trained with dropout."""
    folder = tmp_path_factory.mktemp("dropout") / "encoder"
    shutil.copytree(tiny, folder)
    config = json.loads((folder / "config.json").read_text())
    changed = {**config, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1}
    (folder / "config.json").write_text(json.dumps(changed))
    return folder


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow store with its tables and nothing in them (making them takes seconds)."""
    from xstilts.tracking import live as tracking

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{path}")
        tracking.connect().search_experiments()
    return path
