"""Running a model over encoded examples, without gradients, in batches of similar length."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xstilts.encoders.batches import Example, token_batches

if TYPE_CHECKING:
    from transformers import PreTrainedModel

TOKENS = 8192  # padded tokens a forward pass; environment, not a parameter: XSTILTS_EVAL_TOKENS


def predict(model: PreTrainedModel, head: Any, examples: Sequence[Example], pad_id: int) -> list[np.ndarray]:
    """The family's raw outputs (float32 arrays without padding), one for each example in the given order."""
    budget = int(os.environ.get("XSTILTS_EVAL_TOKENS", TOKENS))
    results: list[np.ndarray | None] = [None] * len(examples)
    lengths = [example.length * len(example.ids) if example.nested else example.length for example in examples]
    model.eval()
    with torch.inference_mode():
        for indices in token_batches(lengths, budget):
            chosen = [examples[i] for i in indices]
            batch = {k: v.to(model.device) for k, v in head.collate(chosen, pad_id).items() if k != "labels"}
            for index, output in zip(indices, head.outputs(model, batch, chosen), strict=True):
                results[index] = output
    return [result for result in results if result is not None]
