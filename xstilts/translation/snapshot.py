"""A downloaded translator: its files are checked and copied, pickled weights become safetensors."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from xstilts.downloads import pins
from xstilts.encoders.loading import load_config, load_model
from xstilts.errors import InputError
from xstilts.params import Translator
from xstilts.records.files import read_json
from xstilts.records.places import place
from xstilts.translation.layout import PICKLED, SAFE, check_files

KEPT = ("*.json", "*.spm", "*.model", "*.txt")


def check(settings: Translator) -> None:
    """Refuse a folder that lacks a file, or that `download` fetched at another revision than is pinned now."""
    folder = Path(settings.source)
    check_files(folder, settings.engine, (SAFE, PICKLED))
    record = folder / "download.json"
    if record.is_file():
        pins.check_record(folder)
        came = [f"{one['repo']}@{one['revision']}" for one in read_json(record)["origin"]]
        if came != [f"{settings.repo}@{settings.revision}"]:
            raise InputError(
                f"{record}: found {', '.join(came)}, expected {settings.repo}@{settings.revision}: "
                f"fetch it again with `dvc repro -f download@{folder.name}`"
            )


def take(settings: Translator, output: Path) -> None:
    """Write the model with safetensors weights and its tokenizer files into `output`."""
    from transformers import AutoModelForSeq2SeqLM

    folder = Path(settings.source)
    positions = getattr(load_config(folder), "max_position_embeddings", settings.max_length)
    if settings.max_length > positions:
        raise InputError(
            f"params.yaml: translators: max_length: found {settings.max_length}, expected {positions} or less "
            f"(the positions of {folder})"
        )
    output.mkdir(parents=True)
    for pattern in KEPT:
        for file in sorted(folder.glob(pattern)):
            if file.name not in ("download.json", "model.safetensors.index.json", "pytorch_model.bin.index.json"):
                shutil.copyfile(file, output / file.name)
    with place(output) as temporary:
        loaded = folder if (folder / SAFE).is_file() else _made_safe(folder, temporary)
        try:
            model, _ = load_model(AutoModelForSeq2SeqLM, loaded, load_config(loaded), whole=True)
        except InputError as error:
            raise InputError(str(error).replace(str(temporary), str(folder))) from None
        model.save_pretrained(output)


def _made_safe(folder: Path, output: Path) -> Path:
    """A folder with the same model, its pickled weights as safetensors."""
    for file in (*folder.glob("config.json"), *folder.glob("generation_config.json")):
        shutil.copyfile(file, output / file.name)
    tensors = {name: tensor.clone().contiguous() for name, tensor in _pickled(folder / PICKLED).items()}
    save_file(tensors, output / SAFE, {"format": "pt"})
    return output


def _pickled(file: Path) -> dict[str, Any]:
    """The tensors of a `pytorch_model.bin`; a pickle that holds anything else is refused unread."""
    try:
        tensors: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise InputError(f"{file}: not a file of weights alone: {' '.join(str(error).split())[:160]}") from None
    return tensors
