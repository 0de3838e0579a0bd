"""Dynamic masking: a share of the tokens is chosen each step; of those 80 % become the mask, 10 % random, 10 % stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from xstilts.encoders.batches import IGNORE, Example, inputs_of
from xstilts.encoders.facts import mask_id
from xstilts.seeding import Seeds

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer


class Masker:
    """Makes a step's batch. Special tokens are never chosen and never put in."""

    def __init__(self, share: float, tokenizer: Tokenizer, padding: int, seeds: Seeds) -> None:
        self.share, self.mask, self.padding, self.seeds = share, mask_id(tokenizer), padding, seeds
        special = [number for number, token in tokenizer.get_added_tokens_decoder().items() if token.special]
        self.specials = np.array(sorted({*special, self.mask, padding}))
        self.ordinary = np.setdiff1d(np.arange(tokenizer.get_vocab_size()), self.specials)

    def masked(self, ids: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Masked ids and labels, both of the shape of `ids`."""
        chosen = (rng.random(ids.shape) < self.share) & ~np.isin(ids, self.specials)
        if not chosen.any():  # a step without a masked token would teach nothing and divide by nothing
            chosen |= ~np.isin(ids, self.specials)
        fate, random = rng.random(ids.shape), self.ordinary[rng.integers(0, len(self.ordinary), ids.shape)]
        masked = np.where(chosen & (fate < 0.8), self.mask, np.where(chosen & (fate >= 0.9), random, ids))
        return masked, np.where(chosen, ids, IGNORE)

    def collate(self, examples: Sequence[Example], step: int) -> dict[str, torch.Tensor]:
        """Masked input_ids, attention_mask, labels (rows, length); chosen by (seed, step) alone."""
        import torch

        batch = inputs_of(examples, self.padding)
        masked, labels = self.masked(batch["input_ids"].numpy(), self.seeds.numpy("mask", step))
        return batch | {"input_ids": torch.from_numpy(masked), "labels": torch.from_numpy(labels)}

    def fixed(self, examples: Sequence[Example]) -> list[Example]:
        """Examples masked once and for all, each by its note: what perplexity is measured on."""
        found = []
        for example in examples:
            ids, labels = self.masked(np.array(example.ids), self.seeds.numpy("fixed mask", example.note))
            found.append(
                Example(ids=ids.tolist(), labels=labels.tolist(), note=example.note, segments=example.segments)
            )
        return found
