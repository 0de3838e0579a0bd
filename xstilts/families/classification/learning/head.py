"""The sequence-classification head of the architecture; XLM-R's and XTREME's is dense, tanh and linear on `<s>`."""

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
    """The encoder in `folder` under a head with one output a label; the head is new unless the folder holds one."""
    return load_headed("classification", folder, labels)


def collate(examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask (rows, length) and labels (rows,) where the examples have them."""
    batch = inputs_of(examples, pad_id)
    if examples[0].labels is not None:
        batch["labels"] = torch.tensor([example.labels for example in examples])
    return batch


def loss(model: torch.nn.Module, batch: Any) -> torch.Tensor:
    """Cross-entropy over the classes (of a multiple choice: its choices), summed over the examples."""
    logits = model(**unlabelled(batch)).logits
    return cross_entropy(logits.float(), batch["labels"], reduction="sum")


def outputs(model: Any, batch: Any, examples: Sequence[Example]) -> list[np.ndarray]:
    """The logits of each example, shape (labels,) or (choices,)."""
    return list(model(**batch).logits.float().cpu().numpy())
