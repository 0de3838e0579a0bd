"""Two linear outputs a token: start and end of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from xstilts.encoders.batches import Example, inputs_of, unlabelled
from xstilts.encoders.models import load_headed

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def build(folder: Path, labels: Sequence[str]) -> PreTrainedModel:
    """The encoder in `folder` under a span head; the head is new unless the folder holds one."""
    # An encoder that comes from another task remembers that task's labels.
    return load_headed("span", folder, ("start", "end"))


def collate(examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask (rows, length) and labels (rows, 2): start and end position."""
    batch = inputs_of(examples, pad_id)
    batch["labels"] = torch.tensor([example.labels for example in examples])
    return batch


def loss(model: torch.nn.Module, batch: Any) -> torch.Tensor:
    """Start plus end cross-entropy, summed over the windows (their mean is half of it, as in the reference)."""
    result = model(**unlabelled(batch))
    start = cross_entropy(result.start_logits.float(), batch["labels"][:, 0], reduction="sum")
    return start + cross_entropy(result.end_logits.float(), batch["labels"][:, 1], reduction="sum")


def outputs(model: Any, batch: Any, examples: Sequence[Example]) -> list[np.ndarray]:
    """Start and end logits of each window, shape (2, length)."""
    result = model(**batch)
    both = torch.stack([result.start_logits, result.end_logits], 1).float().cpu().numpy()
    return [row[:, : len(example.ids)] for row, example in zip(both, examples, strict=True)]
