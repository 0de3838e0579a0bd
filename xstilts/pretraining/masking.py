"""Masked language modelling on single texts and on translation pairs (TLM)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from xstilts.encoders.batches import Example
from xstilts.families.mlm.learning.masking import Masker


class PairMasker(Masker):
    """A masker that gives positions, too: in a pair they start again with the second text.

    Lample & Conneau 2019 do so in TLM; without it a small model hardly learns to look at the translation.
    """

    def collate(self, examples: Sequence[Example], step: int) -> dict[str, torch.Tensor]:
        """Masked input_ids, attention_mask, position_ids, labels (rows, length); chosen by (seed, step) alone."""
        batch = super().collate(examples, step)
        return {**batch, "position_ids": self._positions(examples, batch["input_ids"].shape[1])}

    def _positions(self, examples: Sequence[Example], width: int) -> torch.Tensor:
        """XLM-R's positions: they count from padding id + 1."""
        first = self.padding + 1
        positions = np.full((len(examples), width), self.padding)
        for row, example in zip(positions, examples, strict=True):
            row[: example.length] = np.arange(first, first + example.length)
            if example.note is not None:  # the first word of each text stands at the same position, after <s>
                row[example.note : example.length] = np.arange(first + 1, first + 1 + example.length - example.note)
        return torch.from_numpy(positions)
