"""Sentence vectors of a middle layer. There is nothing to train: the encoder is used as it is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xstilts.encoders.batches import Example, inputs_of
from xstilts.encoders.models import load_encoder
from xstilts.records.files import read_json

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def layer_of(folder: Path, share: str) -> int:
    """The hidden state that `share` of the depth stands for: 14/24 is the output of block 14 of XLM-R Large."""
    depth = int(read_json(folder / "config.json")["num_hidden_layers"])
    return int(depth * Fraction(share) + Fraction(1, 2))


def build(folder: Path, layer: int) -> PreTrainedModel:
    """The encoder's first `layer` blocks: the forward pass stops there, which saves 10/24 of the work at 14/24."""
    return load_encoder(folder, num_hidden_layers=layer)


class Pooled:
    """Collate and outputs of one pooling: `mean` over all tokens, special ones included (official), or `cls`."""

    def __init__(self, pooling: str) -> None:
        self.pooling = pooling

    def collate(self, examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
        """input_ids and attention_mask (rows, length)."""
        return inputs_of(examples, pad_id)

    def outputs(self, model: Any, batch: Any, examples: Sequence[Example]) -> list[np.ndarray]:
        """One vector a sentence, shape (hidden,), not normalised."""
        states = model(**batch).last_hidden_state.float()
        if self.pooling == "cls":
            return list(states[:, 0].cpu().numpy())
        mask = batch["attention_mask"].unsqueeze(-1)
        return list(((states * mask).sum(1) / mask.sum(1)).cpu().numpy())
