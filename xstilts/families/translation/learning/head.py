"""A decoder on an encoder, learnt piece by piece with the right pieces before it (teacher forcing)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from xstilts.encoders.batches import IGNORE, Example, inputs_of, pad, unlabelled
from xstilts.encoders.models import load_config, load_whole
from xstilts.encoders.models import load_weights as load
from xstilts.errors import InputError
from xstilts.families.translation.learning.pieces import PADDING

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def build(
    folder: Path, labels: Sequence[str] = (), layers: int | None = None, length: int | None = None
) -> PreTrainedModel:
    """The translation model in `folder`; where `layers` and `length` are given, the encoder in it with a new decoder of
    so many layers, which writes at most so many of the pieces `labels`.

    The new weights depend on torch's seed alone, so that all arms of a comparison begin with one decoder."""
    from xstilts.families.translation.learning.model import Translator, begin

    if layers is None or length is None:
        return trained(folder)
    config = load_config(folder)
    config.translation = {"layers": layers, "length": length, "pieces": list(labels)}
    model = load(Translator, folder, config)
    begin(model.decoder, torch.initial_seed())
    return model


def trained(folder: Path) -> PreTrainedModel:
    """The translation model of a folder. Raises `InputError` where there is only an encoder."""
    from xstilts.families.translation.learning.model import Translator

    config = load_config(folder)
    model = load_whole(Translator, folder, config) if getattr(config, "translation", None) else None
    if model is None:
        raise InputError(f"{folder}: found no decoder, expected a model that was trained to translate")
    return model


def collate(examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask (rows, length); `written`, the pieces before each that is to be learnt, and `labels`,
    those (both rows, pieces)."""
    batch = inputs_of(examples, pad_id)
    batch["written"] = pad([example.labels[:-1] for example in examples], PADDING)
    batch["labels"] = pad([example.labels[1:] for example in examples], IGNORE)
    return batch


def loss(model: torch.nn.Module, batch: Any) -> torch.Tensor:
    """Cross-entropy over the pieces, summed over those of all targets."""
    logits = model(**unlabelled(batch))
    return cross_entropy(
        logits.float().flatten(0, 1), batch["labels"].flatten(), reduction="sum", ignore_index=IGNORE
    )  # fmt: skip


def outputs(model: Any, batch: Any, examples: Sequence[Example]) -> list[np.ndarray]:
    """For each example, the most probable piece at every place, shape (pieces,); the right ones stand before it."""
    best = model(**batch).argmax(-1).cpu().numpy().astype(np.float32)
    return [row[: len(example.labels) - 1] for row, example in zip(best, examples, strict=True)]
