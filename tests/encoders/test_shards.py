"""Frozen weights have a file of their own, which is equal in all models of one encoder; what is loaded is the same."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

from xstilts import paths
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


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, on the disk of the models."""
    monkeypatch.chdir(tmp_path)


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


def test_equal_frozen_files_lie_on_the_disk_once(tiny: Path, tmp_path: Path) -> None:
    first, second = (save(trained(family, tiny), tiny, tmp_path / family) for family in KINDS)
    assert (first / shards.FROZEN).samefile(second / shards.FROZEN)
    assert not (first / shards.LEARNT).samefile(second / shards.LEARNT)
    assert not list(tmp_path.rglob("*.link")) and len([*paths.FROZEN.iterdir()]) == 1


def test_a_file_that_no_model_has_any_more_goes(tiny: Path, tmp_path: Path) -> None:
    shutil.rmtree(save(trained("tagging", tiny), tiny, tmp_path / "old"))
    (gone,) = paths.FROZEN.iterdir()
    other = tmp_path / "other"
    shutil.copytree(tiny, other)
    tensors = load_file(other / WEIGHTS)
    save_file({name: one + 1 for name, one in tensors.items()}, other / WEIGHTS, {"format": "pt"})
    save(trained("tagging", other), other, tmp_path / "new")
    assert not gone.exists() and len([*paths.FROZEN.iterdir()]) == 1


def test_a_damaged_file_is_not_passed_on(tiny: Path, tmp_path: Path) -> None:
    first = save(trained("tagging", tiny), tiny, tmp_path / "first")
    whole = (first / shards.FROZEN).read_bytes()
    with (first / shards.FROZEN).open("r+b") as file:
        file.write(b"damaged")
    second = save(trained("tagging", tiny), tiny, tmp_path / "second")
    assert (second / shards.FROZEN).read_bytes() == whole != (first / shards.FROZEN).read_bytes()


def test_without_hard_links_every_model_has_its_own(tiny: Path, tmp_path: Path, monkeypatch: Any) -> None:
    def refused(*_: Any) -> None:
        raise OSError(1, "no hard links here")

    monkeypatch.setattr(os, "link", refused)
    first, second = (save(trained(family, tiny), tiny, tmp_path / family) for family in KINDS)
    assert (first / shards.FROZEN).read_bytes() == (second / shards.FROZEN).read_bytes()
    assert not (first / shards.FROZEN).samefile(second / shards.FROZEN) and not list(tmp_path.rglob("*.link"))
