"""Weights that a training has left as they were, in a file of their own: DVC keeps equal files once."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts import paths
from xstilts.encoders.conversion import sha256
from xstilts.encoders.loading import INDEX, WEIGHTS, read_tensors
from xstilts.records.files import write_json

if TYPE_CHECKING:
    from transformers import PreTrainedModel

FROZEN, LEARNT = (
    "model-00001-of-00002.safetensors",
    "model-00002-of-00002.safetensors",
)  # names as transformers has them


def frozen(model: PreTrainedModel) -> set[str]:
    """The names of the weights that get no gradient, and so are still those that the training began with."""
    named = model.named_parameters(remove_duplicate=False)
    return {name for name, parameter in named if not parameter.requires_grad}


def split(folder: Path, names: Collection[str], prefix: str) -> None:
    """Cut the one file of weights in a folder in two, and write the index of both. Without frozen weights it stays.

    The bytes of the first file depend on the frozen weights alone. They are named as in the bare encoder, whatever head
    the model has: transformers puts the `prefix` of the encoder in front where the model has one."""
    from safetensors.torch import save_file

    tensors = read_tensors(folder / WEIGHTS)
    still = {name: one for name, one in tensors.items() if name in names}
    if not still:
        return
    learnt = {name: one for name, one in tensors.items() if name not in names}
    still = {name.removeprefix(f"{prefix}."): one for name, one in still.items()}
    parts = {FROZEN: still, LEARNT: learnt}
    for file, part in parts.items():
        save_file(part, folder / file, metadata={"format": "pt"})
    size = sum(one.nbytes for one in tensors.values())
    places = {name: file for file, part in parts.items() for name in part}
    write_json(folder / INDEX, {"metadata": {"total_size": size}, "weight_map": places})
    (folder / WEIGHTS).unlink()
    once(folder / FROZEN)


def once(file: Path) -> None:
    """Keep equal files on the disk once: a hard link to an earlier one takes the place of this one.

    No file of a model is ever changed in its place; DVC's cache has its own. What no model has any more is removed."""
    try:
        place = paths.FROZEN / sha256(file)
        paths.FROZEN.mkdir(parents=True, exist_ok=True)
        for other in paths.FROZEN.iterdir():
            if other.stat().st_nlink == 1 or (other == place and sha256(other) != other.name):
                other.unlink()
        if not place.exists():
            os.link(file, place)
            return  # a rename of one link over another of the same file would do nothing
        link = file.with_name(f"{file.name}.link")
        os.link(place, link)
        os.replace(link, file)
    except OSError:  # a file system without hard links, or another one below .xstilts: the file stays as it is
        file.with_name(f"{file.name}.link").unlink(missing_ok=True)
