"""Frozen weights have a file of their own, which is equal in all models of one encoder; what is loaded is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

from xstilts.encoders import shards
from xstilts.encoders.loading import INDEX, WEIGHTS
from xstilts.encoders.models import about, load_encoder, save_model
from xstilts.families import part
from xstilts.records.files import read_json

KINDS = {"classification": AutoModelForSequenceClassification, "tagging": AutoModelForTokenClassification}


def trained(family: str, encoder: Path, frozen: bool = True) -> Any:
    """A model of a family, all of whose weights but the frozen ones were changed."""
    torch.manual_seed(1)
    model = part(family, "learning.head").build(encoder, ("a", "b"))
    model.base_model.embeddings.requires_grad_(not frozen)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter += 0.01
    return model


def save(model: Any, encoder: Path, folder: Path) -> Path:
    save_model(model, encoder, folder, {"stage": "target"})
    return folder


@pytest.mark.parametrize("family", KINDS)
def test_a_model_is_loaded_as_it_was_saved(family: str, tiny: Path, tmp_path: Path) -> None:
    model = trained(family, tiny)
    folder = save(model, tiny, tmp_path / "model")
    assert {path.name for path in folder.iterdir()} >= {shards.FROZEN, shards.LEARNT, INDEX} and about(folder)
    assert not (folder / WEIGHTS).exists()
    ours = part(family, "learning.head").build(folder, ("a", "b"))
    theirs = KINDS[family].from_pretrained(folder)
    for again in (ours, theirs):
        assert again.state_dict().keys() == model.state_dict().keys()
        assert all(torch.equal(one, model.state_dict()[name]) for name, one in again.state_dict().items())
    bare = load_encoder(folder).state_dict()
    assert bare and all(torch.equal(one, model.base_model.state_dict()[name]) for name, one in bare.items())


def test_models_of_one_encoder_have_the_same_frozen_file(tiny: Path, tmp_path: Path) -> None:
    """Whatever their head; the bare encoder, too."""
    folders = [save(trained(family, tiny), tiny, tmp_path / family) for family in KINDS]
    folders.append(save(trained("tagging", tiny).base_model, tiny, tmp_path / "bare"))
    assert len({(folder / shards.FROZEN).read_bytes() for folder in folders}) == 1
    assert len({(folder / shards.LEARNT).read_bytes() for folder in folders}) == 3
    assert {*load_file(folders[0] / shards.FROZEN)} >= {"embeddings.word_embeddings.weight"}


def test_without_frozen_weights_there_is_one_file(tiny: Path, tmp_path: Path) -> None:
    folder = save(trained("tagging", tiny, frozen=False), tiny, tmp_path / "model")
    assert (folder / WEIGHTS).exists() and not (folder / INDEX).exists() and not (folder / shards.FROZEN).exists()


def test_the_index_names_every_weight_once(tiny: Path, tmp_path: Path) -> None:
    folder = save(trained("classification", tiny), tiny, tmp_path / "model")
    index = read_json(folder / INDEX)
    parts = {file: load_file(folder / file) for file in (shards.FROZEN, shards.LEARNT)}
    assert index["weight_map"] == {name: file for file, own in parts.items() for name in own}
    assert index["metadata"]["total_size"] == sum(one.nbytes for own in parts.values() for one in own.values())


def test_what_ends_while_it_is_written_leaves_nothing(tiny: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """An end between the two files is an end before the folder has its name."""
    old = save(trained("tagging", tiny, frozen=False), tiny, tmp_path / "model")
    before = {path.name: path.read_bytes() for path in old.iterdir()}

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shards, "write_json", killed)
    with pytest.raises(KeyboardInterrupt):
        save(trained("tagging", tiny), tiny, old)
    assert {path.name: path.read_bytes() for path in old.iterdir()} == before
