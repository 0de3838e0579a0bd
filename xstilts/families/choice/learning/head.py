"""One score a choice from the state of the text (XLM-R: `<s>`; dense, tanh, linear), softmax over the choices.

All choices are in one forward pass. Rows of a batch may have different numbers of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from xstilts.encoders.batches import Example, inputs, unlabelled
from xstilts.encoders.models import load_headed

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def build(folder: Path, labels: Sequence[str]) -> PreTrainedModel:
    """The encoder in `folder` under a new pooler and scorer (kept ones if the folder holds them)."""
    return load_headed("choice", folder)


def collate(examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask (rows, choices, length) and labels (rows,) where the examples have them.

    Where rows have different numbers of choices, `choices` (rows,) says how many, and those that lack are one padding
    token each. It can be looked at: attention to nothing is not a number."""
    sizes = [len(example.ids) for example in examples]
    lacking = [max(sizes) - size for size in sizes]
    ids = [own for one, more in zip(examples, lacking) for own in (*one.ids, *[[pad_id]] * more)]
    kinds = [one.segments or [None] * len(one.ids) for one in examples]
    segments = [own for one, more in zip(kinds, lacking) for own in (*one, *[None] * more)]
    flat = inputs(ids, pad_id, segments)
    batch = {name: tensor.view(len(examples), -1, tensor.shape[-1]) for name, tensor in flat.items()}
    if any(lacking):
        batch["choices"] = torch.tensor(sizes)
    if examples[0].labels is not None:
        batch["labels"] = torch.tensor([example.labels for example in examples])
    return batch


def loss(model: torch.nn.Module, batch: Any) -> torch.Tensor:
    """Cross-entropy over each example's choices, summed over the examples."""
    return cross_entropy(_scores(model, unlabelled(batch)), batch["labels"], reduction="sum")


def outputs(model: Any, batch: Any, examples: Sequence[Example]) -> list[np.ndarray]:
    """The score of each choice of each example, shape (choices,)."""
    scores = _scores(model, batch).cpu().numpy()
    return [own[: len(example.ids)] for own, example in zip(scores, examples, strict=True)]


def _scores(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """(rows, choices); minus infinity for choices that a row does not have."""
    given = {name: tensor for name, tensor in batch.items() if name != "choices"}
    scores: torch.Tensor = model(**given).logits.float()
    if "choices" not in batch:
        return scores
    places = torch.arange(scores.shape[1], device=scores.device)
    return scores.masked_fill(places >= batch["choices"][:, None], float("-inf"))
