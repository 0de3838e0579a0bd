"""Model folders: what is not what a stage expects is refused with its name, and nothing but safetensors is read."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from xstilts.encoders import models as encoder
from xstilts.encoders.batches import Example
from xstilts.encoders.models import about, copy_model, load_encoder, load_tokenizer, pad_id, random_encoder, save_model
from xstilts.errors import InputError
from xstilts.families import part


@pytest.fixture
def folder(tiny: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(tiny, tmp_path / "model"))


def edit(file: Path, **change: Any) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))


def same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    first, second = one.state_dict(), other.state_dict()
    return set(first) == set(second) and all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    (folder / name).unlink()
    for load in (load_tokenizer, load_encoder, about):
        with pytest.raises(InputError, match=rf"model: not a model folder: {name} missing \(found: .*xstilts\.json\)"):
            load(folder)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere: folder not found"):
        load_encoder(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"\(found: nothing\)"):
        load_encoder(tmp_path / "empty")


def test_pickled_weights_are_never_read(folder: Path) -> None:
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(InputError, match=r"model\.safetensors missing \(found: .*pytorch_model\.bin"):
        load_encoder(folder)


@pytest.mark.parametrize("change", [{"num_hidden_layers": 3}, {"hidden_size": 64}, {"vocab_size": 500}])
def test_weights_of_another_size(change: dict[str, int], folder: Path) -> None:
    edit(folder / "config.json", **change)
    with pytest.raises(InputError, match=r"model: (the weights are not those of its config\.json|cannot be loaded)"):
        load_encoder(folder)
    with pytest.raises(InputError, match=r"model: (the weights are not those of its config\.json|cannot be loaded)"):
        part("classification", "learning.head").build(folder, ("a", "b"))


def test_weights_of_another_architecture(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    renamed = {name.replace("encoder.layer", "transformer.layer"): tensor for name, tensor in weights.items()}
    save_file(renamed, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(InputError, match=r"model: the weights are not those of its config\.json: \d+ missing, e\.g\. "):
        load_encoder(folder)


@pytest.mark.parametrize("content", [b"", b"not safetensors"])
def test_damaged_weights(content: bytes, folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(InputError, match=r"model/model\.safetensors: not a readable safetensors file: "):
        load_encoder(folder)


@pytest.mark.parametrize("change", [{"model_type": "no-such-model"}, {"model_type": None}])
def test_an_unknown_architecture(change: dict[str, Any], folder: Path) -> None:
    edit(folder / "config.json", **change)
    with pytest.raises(InputError, match=r"model/config\.json: not a known model: "):
        load_encoder(folder)


def test_a_damaged_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match=r"model/tokenizer\.json: not a tokenizer of the `tokenizers` library: "):
        load_tokenizer(folder)


def test_a_tokenizer_that_is_not_the_one_it_was_saved_with(folder: Path) -> None:
    file = folder / "tokenizer.json"
    file.write_text(file.read_text().replace("</s>", "</S>"))
    with pytest.raises(InputError, match=r"model/tokenizer\.json: sha256 [0-9a-f]{12}, expected [0-9a-f]{12}$"):
        about(folder)


def test_a_folder_of_someone_else(folder: Path) -> None:
    (folder / "xstilts.json").unlink()
    with pytest.raises(InputError, match=r"model/xstilts\.json: file not found"):
        about(folder)


def test_the_encoder_carries_over_and_the_head_is_new(tiny: Path, tmp_path: Path) -> None:
    source = load_encoder(tiny)
    torch.manual_seed(1)
    model = part("classification", "learning.head").build(tiny, ("a", "b", "c"))
    assert same(model.base_model, source)
    save_model(model, tiny, tmp_path / "whole", {"stage": "target"})
    save_model(model.base_model, tiny, tmp_path / "encoder", {"stage": "intermediate"})
    torch.manual_seed(2)
    again = part("classification", "learning.head").build(tmp_path / "whole", ("a", "b", "c"))
    new = part("classification", "learning.head").build(tmp_path / "encoder", ("a", "b", "c"))
    assert same(again, model) and same(new.base_model, source) and not same(new, model)
    other = part("tagging", "learning.head").build(tmp_path / "encoder", ("X", "Y"))
    assert same(other.base_model, source) and other.config.id2label == {0: "X", 1: "Y"}


@pytest.mark.parametrize("source", ["classification", "tagging", "choice", "span"])
@pytest.mark.parametrize("target", ["classification", "tagging", "choice", "span"])
def test_every_family_takes_over_the_encoder_of_every_other(
    source: str, target: str, tiny: Path, tmp_path: Path
) -> None:
    """The configuration that comes with an encoder names the labels of the task it was trained on."""
    first = part(source, "learning.head").build(tiny, tuple("abcde"))
    save_model(first.base_model, tiny, tmp_path / "encoder", {"stage": "intermediate"})
    second = part(target, "learning.head").build(tmp_path / "encoder", ("X", "Y", "Z"))
    ids: Any = [[5, 6], [7, 8]] if target == "choice" else [5, 6, 7]
    labels = {"classification": 1, "tagging": [0, 1, 2], "choice": 1, "span": [0, 2]}[target]
    head, examples = part(target, "learning.head"), [Example(ids, labels)]
    batch = head.collate(examples, 1)
    assert torch.isfinite(head.loss(second, batch))
    del batch["labels"]
    with torch.no_grad():
        (output,) = head.outputs(second, batch, examples)
    assert np.shape(output) == {"classification": (3,), "tagging": (3,), "choice": (2,), "span": (2, 3)}[target]


def test_what_is_saved(tiny: Path, tmp_path: Path) -> None:
    save_model(load_encoder(tiny), tiny, tmp_path / "saved", {"stage": "x", "seed": 3})
    names = {path.name for path in (tmp_path / "saved").iterdir()}
    assert names == {"config.json", "model.safetensors", "tokenizer.json", "xstilts.json"}
    assert about(tmp_path / "saved")["seed"] == 3 and pad_id(tmp_path / "saved") == 1
    save_model(load_encoder(tiny), tiny, tmp_path / "again", {"stage": "x", "seed": 3})
    for name in names:
        assert (tmp_path / "saved" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_passing_a_model_on_keeps_its_bytes(tiny: Path, tmp_path: Path) -> None:
    copy_model(tiny, tmp_path / "copy", {"source": "none"})
    assert (tmp_path / "copy/model.safetensors").read_bytes() == (tiny / "model.safetensors").read_bytes()
    assert about(tmp_path / "copy") == {**about(tiny), "source": "none"}


def test_the_random_encoder_has_new_weights_from_the_seed(tiny: Path) -> None:
    one, again, other = (random_encoder(tiny, seed) for seed in (1, 1, 2))
    assert same(one, again) and not same(one, other) and not same(one, load_encoder(tiny))
    assert set(one.state_dict()) == set(load_encoder(tiny).state_dict())


def test_nothing_is_left_if_the_disk_is_full(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    model = load_encoder(tiny)
    monkeypatch.setattr(encoder, "write_json", full)
    with pytest.raises(OSError, match="No space left"):
        save_model(model, tiny, tmp_path / "models/x", {})
    with pytest.raises(OSError, match="No space left"):
        copy_model(tiny, tmp_path / "models/x", {})
    assert not list((tmp_path / "models").iterdir())


def test_truncation_and_padding_of_the_file_are_off(folder: Path) -> None:
    tokenizer = load_tokenizer(folder)
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=9)
    tokenizer.save(str(folder / "tokenizer.json"))
    again = load_tokenizer(folder)
    assert again.truncation is None and again.padding is None
