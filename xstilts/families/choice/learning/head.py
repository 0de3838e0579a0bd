"""One score a choice from the state of the text (XLM-R: `<s>`; dense, tanh, linear), softmax over the choices.

All choices are in one forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from xstilts.encoders.batches import Example, inputs
from xstilts.encoders.models import load_headed
from xstilts.families.classification.learning.head import loss, outputs

if TYPE_CHECKING:
    from transformers import PreTrainedModel

__all__ = ["build", "collate", "loss", "outputs"]


def build(folder: Path, labels: Sequence[str]) -> PreTrainedModel:
    """The encoder in `folder` under a new pooler and scorer (kept ones if the folder holds them)."""
    return load_headed("choice", folder)


def collate(examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask (rows, choices, length) and labels (rows,) where the examples have them."""
    segments = [own for example in examples for own in example.segments or [None] * len(example.ids)]
    flat = inputs([ids for example in examples for ids in example.ids], pad_id, segments)
    batch = {name: tensor.view(len(examples), -1, tensor.shape[-1]) for name, tensor in flat.items()}
    if examples[0].labels is not None:
        batch["labels"] = torch.tensor([example.labels for example in examples])
    return batch
