"""Loading and saving encoders, models and their tokenizer. safetensors only; a folder that does not fit is refused."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.encoders import loading, shards
from xstilts.encoders.facts import check_config, check_pair, padding_id
from xstilts.encoders.loading import load_model
from xstilts.errors import InputError, missing
from xstilts.records.files import read_json, write_json, writing

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

NEEDED = ("config.json", "model.safetensors", "tokenizer.json")


def check_folder(folder: Path) -> Path:
    """Refuse a model folder without config, safetensors weights or tokenizer; returns the folder."""
    if not folder.is_dir():
        raise missing(folder, "folder")
    lacks = [name for name in NEEDED if not (folder / name).is_file()]
    if folder.joinpath("model.safetensors.index.json").is_file() and lacks == ["model.safetensors"]:
        lacks = []
    if lacks:
        found = ", ".join(sorted(p.name for p in folder.iterdir())) or "nothing"
        raise InputError(f"{folder}: not a model folder: {', '.join(lacks)} missing (found: {found})")
    return folder


def load_tokenizer(folder: Path) -> Tokenizer:
    """The fast tokenizer of a model folder, without truncation or padding; one that is not the model's is refused.

    The `tokenizers` object itself is used, not a class of transformers: character offsets and windows come from it,
    and encoding needs no 5 s import.
    """
    from tokenizers import Tokenizer

    file = check_folder(folder) / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises no class of its own
        raise InputError(f"{file}: not a tokenizer of the `tokenizers` library: {error}") from None
    tokenizer.no_truncation()
    checked = check_pair(folder, tokenizer)
    checked.no_padding()
    return checked


def pad_id(folder: Path) -> int:
    """The model's padding token id."""
    return padding_id(folder)


def load_encoder(folder: Path, layers: int | None = None) -> PreTrainedModel:
    """The bare encoder of a folder (no pooler, no head; of an encoder-decoder the encoder), or its lowest `layers`."""
    from xstilts.encoders.architecture import auto, without_pooler

    own = load_config(folder, layers)
    return load_model(auto(own), folder, own, cut=layers is not None, **without_pooler(own))[0]


def load_config(folder: Path, layers: int | None = None, **config: Any) -> Any:
    """The configuration of a model folder, with its lowest `layers` alone if so many are asked for; keyword arguments
    override parts of it. What is no encoder of text is refused."""
    from xstilts.encoders.architecture import check_architecture, cut

    check_config(check_folder(folder))
    found = loading.load_config(folder, **config)
    check_architecture(found, folder)
    return found if layers is None else cut(found, layers)


def random_encoder(folder: Path, seed: int) -> PreTrainedModel:
    """An encoder of the folder's architecture with new weights: the control that has seen no text."""
    import torch

    from xstilts.encoders.architecture import new_encoder, without_pooler

    config = load_config(folder)
    torch.manual_seed(seed)
    return new_encoder(config, **without_pooler(config))


def load_headed(family: str, folder: Path, labels: Sequence[str] = ()) -> PreTrainedModel:
    """The encoder in `folder` under the head of a family, with one output a label where the family has labels.

    The head is new where the folder does not hold it."""
    from xstilts.encoders.own import head_class

    names: dict[str, Any] = (
        {"id2label": dict(enumerate(labels)), "label2id": {n: i for i, n in enumerate(labels)}} if labels else {}
    )
    config = load_config(folder, **names)
    return load_weights(head_class(family, config), folder, config)


def load_weights(kind: Any, folder: Path, config: Any) -> PreTrainedModel:
    """A model of a class with a head; the head is new where the folder does not hold it."""
    return load_model(kind, folder, config)[0]


def load_whole(kind: Any, folder: Path, config: Any) -> PreTrainedModel | None:
    """The same, but None where the folder does not hold the head of `kind`."""
    model, lacks = load_model(kind, folder, config)
    return None if [name for name in lacks if not name.startswith(f"{model.base_model_prefix}.")] else model


def save_model(
    model: PreTrainedModel, tokenizer_from: Path, folder: Path, about: dict[str, Any],
    beside: Callable[[Path], None] = lambda folder: None,
) -> None:  # fmt: skip
    """Write config, safetensors, tokenizer and `xstilts.json` (what it is) as one folder, whole or not at all.

    The tokenizer travels with the weights and its hash is stored, so that ids can never come from another one. A bare
    encoder is written without a pooler. Weights that were frozen have a file of their own. `beside` writes more into
    the same folder.
    """
    from transformers.utils import logging

    logging.disable_progress_bar()
    tokenizer = (tokenizer_from / "tokenizer.json").read_bytes()
    with writing(folder) as temporary:
        bare = model.base_model is model
        weights = {name: one for name, one in model.state_dict().items() if not name.startswith("pooler.")}
        model.save_pretrained(temporary, state_dict=weights if bare else None)
        shards.split(temporary, shards.frozen(model), model.base_model_prefix)
        beside(temporary)
        (temporary / "tokenizer.json").write_bytes(tokenizer)
        write_json(temporary / "xstilts.json", {**about, "tokenizer_sha256": hashlib.sha256(tokenizer).hexdigest()})


def copy_model(source: Path, folder: Path, about_it: dict[str, Any]) -> None:
    """Pass a model folder on with its weights unchanged and another `xstilts.json`."""
    content = {**about(source), **about_it}
    with writing(folder) as temporary:
        shutil.copytree(source, temporary)
        write_json(temporary / "xstilts.json", content)


def about(folder: Path) -> dict[str, Any]:
    """What `xstilts.json` of a model folder says; refused if its tokenizer is not the one it was saved with."""
    content: dict[str, Any] = read_json(check_folder(folder) / "xstilts.json")
    found = hashlib.sha256((folder / "tokenizer.json").read_bytes()).hexdigest()
    if found != content["tokenizer_sha256"]:
        raise InputError(f"{folder}/tokenizer.json: sha256 {found[:12]}, expected {content['tokenizer_sha256'][:12]}")
    return content
