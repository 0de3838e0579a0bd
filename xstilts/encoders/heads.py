"""The heads of intermediate tasks: kept beside the encoder, for their own development scores and for `head: kept`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.encoders.loading import read_tensors
from xstilts.errors import InputError
from xstilts.records.files import read_json, write_json

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

FOLDER = "heads"


def parts(model: PreTrainedModel) -> dict[str, torch.Tensor]:
    """The tensors of a model that are not its encoder's: the head, and the pooler, which is trained with a head only.

    A language-model head's output weights are the embeddings and not counted."""
    prefix = model.base_model_prefix + "."
    embeddings = model.get_input_embeddings().weight.data_ptr()
    return {
        name: tensor
        for name, tensor in model.state_dict().items()
        if (not name.startswith(prefix) or name.startswith(f"{prefix}pooler.")) and tensor.data_ptr() != embeddings
    }


def save_heads(models: Mapping[str, PreTrainedModel], about: Mapping[str, Any], folder: Path) -> None:
    """Write `heads/<task>/`: the tensors, and what `about` says of each task (family, labels)."""
    from safetensors.torch import save_file  # imports torch

    for task, model in models.items():
        place = folder / FOLDER / task
        place.mkdir(parents=True)
        tensors = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in parts(model).items()}
        save_file(tensors, place / "head.safetensors", metadata={"format": "pt"})
        write_json(place / "head.json", {"task": task, **about[task]})


def load_head(model: PreTrainedModel, folder: Path, task: str) -> None:
    """Put the kept head of `task` in the model folder `folder` into a model of the same family and labels."""
    file = folder / FOLDER / task / "head.safetensors"
    if not file.is_file():
        kept = sorted(path.name for path in (folder / FOLDER).glob("*")) if (folder / FOLDER).is_dir() else []
        raise InputError(f"{file}: file not found; there are heads of: {', '.join(kept) or 'no task'}")
    tensors, wanted = read_tensors(file), parts(model)
    different = [name for name in wanted if name not in tensors or tensors[name].shape != wanted[name].shape]
    # A pooler that another task brought into the shared encoder is left aside.
    if different or [name for name in tensors if name not in wanted and ".pooler." not in name]:
        found = read_json(file.with_name("head.json"))
        raise InputError(
            f"{file}: found the head of {found['task']} ({found['family']}), which does not fit this model"
        )
    model.load_state_dict({name: tensors[name] for name in wanted}, strict=False)
