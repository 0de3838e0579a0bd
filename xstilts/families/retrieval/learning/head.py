"""Sentence vectors of one layer or several. There is nothing to train: the encoder is used as it is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xstilts.encoders.architecture import last_norm
from xstilts.encoders.batches import Example, inputs_of
from xstilts.encoders.facts import depth
from xstilts.encoders.models import load_encoder

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def layer_of(folder: Path, share: str) -> int:
    """The hidden state that `share` of the depth stands for: 14/24 is the output of block 14 of XLM-R Large."""
    return int(depth(folder) * Fraction(share) + Fraction(1, 2))


def build(folder: Path, layer: int) -> PreTrainedModel:
    """The encoder's first `layer` blocks: the forward pass stops there, which saves 10/24 of the work at 14/24."""
    return load_encoder(folder, layer)


class Pooled:
    """Collate and outputs of one pooling: `mean` over all tokens, special ones included (official), or `cls`.

    The states of a layer are those of the encoder that ends there: a norm behind the last layer is part of it."""

    def __init__(self, pooling: str, layers: Sequence[int] = ()) -> None:
        """`layers`: those whose vectors are asked for, where it is not the model's last alone."""
        self.pooling, self.layers = pooling, layers

    def collate(self, examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
        """input_ids and attention_mask (rows, length)."""
        return inputs_of(examples, pad_id)

    def outputs(self, model: Any, batch: Any, examples: Sequence[Example]) -> list[np.ndarray]:
        """One vector a sentence, shape (hidden,), not normalised; of several layers (layers, hidden)."""
        if len(self.layers) < 2:
            found = self._pooled(model(**batch).last_hidden_state, batch)
        else:
            given, norm = model(**batch, output_hidden_states=True), last_norm(model)
            last = len(given.hidden_states) - 1
            states = [given.last_hidden_state if n == last else norm(given.hidden_states[n]) for n in self.layers]
            found = torch.stack([self._pooled(one, batch) for one in states], dim=1)
        return list(found.cpu().numpy())

    def _pooled(self, states: torch.Tensor, batch: Any) -> torch.Tensor:
        states = states.float()
        if self.pooling == "cls":
            return states[:, 0]
        mask = batch["attention_mask"].unsqueeze(-1)
        mean: torch.Tensor = (states * mask).sum(1) / mask.sum(1)
        return mean
