"""In-batch softmax: each query's own candidate against those of the other queries of its batch.

official: a batch is what one forward pass holds, so a query's candidates are those of its micro-batch, and `accumulate`
and the number of processes are part of the result (xtreme `scripts/train_lareqa.sh` @838c13b: 4 of the 16 in a step).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from xstilts.encoders.batches import IGNORE, Example, inputs, unlabelled
from xstilts.encoders.models import load_config, load_weights

if TYPE_CHECKING:
    from transformers import PreTrainedModel

CANDIDATES = {"input_ids": "candidate_ids", "attention_mask": "candidate_mask", "token_type_ids": "candidate_segments"}


def build(folder: Path, labels: Sequence[str]) -> PreTrainedModel:
    """The encoder in `folder` with a new pooler and scale (kept ones if the folder holds them)."""
    from xstilts.families.dual.learning.model import DualEncoder

    return load_weights(DualEncoder, folder, load_config(folder))


def collate(examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
    """input_ids and attention_mask of each example's first text; candidate_ids and candidate_mask of its second, and
    labels (rows,), which only say that a row counts, where the examples have two. Segments, if there are any."""
    batch = _side(examples, 0, pad_id)
    if len(examples[0].ids) == 2:
        batch |= {CANDIDATES[name]: tensor for name, tensor in _side(examples, 1, pad_id).items()}
        batch["labels"] = torch.tensor([example.labels for example in examples])
    return batch


def _side(examples: Sequence[Example], side: int, pad_id: int) -> dict[str, torch.Tensor]:
    kinds = [example.segments[side] if example.segments else None for example in examples]
    return inputs([example.ids[side] for example in examples], pad_id, kinds)


def loss(model: torch.nn.Module, batch: Any) -> torch.Tensor:
    """Cross-entropy over the batch's candidates, summed over the queries.

    An equal candidate of another query is right too and left out. (The reference takes it for wrong; but its batches
    are not grouped by length, which brings questions about one sentence together.)
    """
    queries, candidates, scale = model(**unlabelled(batch))
    with torch.autocast(queries.device.type, enabled=False):  # cosines times 100 need all of float32
        logits = queries @ candidates.T * scale.float()
    ids, rows = batch["candidate_ids"], torch.arange(len(queries), device=queries.device)
    equal = (ids[:, None] == ids[None]).all(-1) & (rows[:, None] != rows)
    targets = torch.where(batch["labels"] == IGNORE, IGNORE, rows)
    return cross_entropy(logits.masked_fill(equal, -torch.inf), targets, reduction="sum", ignore_index=IGNORE)


def outputs(model: Any, batch: Any, examples: Sequence[Example]) -> list[np.ndarray]:
    """One unit vector a text: shape (2, hidden) for pairs, (1, hidden) for single texts."""
    queries, candidates, _ = model(**batch)
    sides = [queries] if candidates is None else [queries, candidates]
    return list(torch.stack(sides, 1).float().cpu().numpy())
