"""One linear layer on each token."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from xstilts.encoders.batches import IGNORE, Example, inputs_of, pad, unlabelled
from xstilts.encoders.models import load_headed

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def build(folder: Path, labels: Sequence[str]) -> PreTrainedModel:
    """The encoder in `folder` under a token classifier with one output a tag."""
    return load_headed("tagging", folder, labels)


def collate(examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask and labels, all (rows, length); labels only on first sub-tokens."""
    batch = inputs_of(examples, pad_id)
    batch["labels"] = pad([example.labels for example in examples], IGNORE)
    return batch


def loss(model: torch.nn.Module, batch: Any) -> torch.Tensor:
    """Cross-entropy summed over the labelled tokens."""
    logits = model(**unlabelled(batch)).logits
    return cross_entropy(logits.float().flatten(0, 1), batch["labels"].flatten(), reduction="sum", ignore_index=IGNORE)


def outputs(model: Any, batch: Any, examples: Sequence[Example]) -> list[np.ndarray]:
    """The best tag id of every token, shape (length,)."""
    best = model(**batch).logits.float().argmax(-1).cpu().numpy()
    return [row[: len(example.ids)] for row, example in zip(best, examples, strict=True)]
