"""Masked language modelling on single texts and on translation pairs (TLM)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from transformers import XLMRobertaForMaskedLM

from stages.common.batching import IGNORE, Example, pad
from stages.common.seeding import Seeds


class MaskedLanguageModel(XLMRobertaForMaskedLM):  # type: ignore[misc]
    """XLM-R's model with its head tied to the embeddings; `forward` gives the summed loss of the masked tokens."""

    def forward(self, labels: torch.Tensor, **inputs: torch.Tensor) -> torch.Tensor:
        """Only masked positions go through the vocabulary layer, the largest matrix product of a small model."""
        states = self.roberta(**inputs).last_hidden_state
        masked = labels != IGNORE
        return cross_entropy(self.lm_head(states[masked]).float(), labels[masked], reduction="sum")


class Masker:
    """Makes a step's batch: `share` of the tokens is chosen; 80 % of them become `<mask>`, 10 % random, 10 % stay."""

    def __init__(self, share: float, vocabulary: int, specials: Mapping[str, int], seeds: Seeds) -> None:
        self.share, self.vocabulary, self.seeds = share, vocabulary, seeds
        self.mask, self.padding = specials["<mask>"], specials["<pad>"]
        self.specials = np.array(sorted(specials.values()))

    def collate(self, examples: Sequence[Example], step: int) -> dict[str, torch.Tensor]:
        """Masked input_ids, attention_mask, position_ids, labels (rows, length); chosen by (seed, step) alone."""
        rng = self.seeds.numpy("mask", step)
        ids = pad([example.ids for example in examples], self.padding).numpy()
        chosen = (rng.random(ids.shape) < self.share) & ~np.isin(ids, self.specials)
        if not chosen.any():  # a step without a masked token would teach nothing and divide by nothing
            chosen |= ~np.isin(ids, self.specials)
        labels = np.where(chosen, ids, IGNORE)
        fate, random = rng.random(ids.shape), rng.integers(len(self.specials) - 1, self.vocabulary - 1, ids.shape)
        masked = np.where(chosen & (fate < 0.8), self.mask, np.where(chosen & (fate >= 0.9), random, ids))
        return {
            "input_ids": torch.from_numpy(masked),
            "attention_mask": torch.from_numpy((ids != self.padding).astype(np.int64)),
            "position_ids": self._positions(examples, ids.shape[1]),
            "labels": torch.from_numpy(labels),
        }

    def _positions(self, examples: Sequence[Example], width: int) -> torch.Tensor:
        """XLM-R's positions (they count from padding id + 1); in a pair they start again with the second text.

        Lample & Conneau 2019 do so in TLM; without it a small model hardly learns to look at the translation.
        """
        first = self.padding + 1
        positions = np.full((len(examples), width), self.padding)
        for row, example in zip(positions, examples, strict=True):
            row[: example.length] = np.arange(first, first + example.length)
            if example.note is not None:  # the first word of each text stands at the same position, after <s>
                row[example.note : example.length] = np.arange(first + 1, first + 1 + example.length - example.note)
        return torch.from_numpy(positions)
