"""Encoded examples, and batches of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch

IGNORE = -100  # label of a position that is not learnt from: torch's own convention


@dataclass(frozen=True)
class Example:
    """One model input. `ids` is a sequence of token ids, or for choice tasks one sequence per choice."""

    ids: list[Any]
    labels: Any = None  # int (class), list[int] (one a token), or [start, end]
    note: Any = None  # what the decoder needs to find its way back to the text
    segments: list[Any] | None = None  # in the shape of `ids`, where some token is of another segment than 0

    @property
    def length(self) -> int:
        """Tokens of the longest sequence."""
        return max(map(len, self.ids)) if self.nested else len(self.ids)

    @property
    def nested(self) -> bool:
        """Whether there is one sequence per choice."""
        return bool(self.ids) and isinstance(self.ids[0], list)


def token_batches(lengths: Sequence[int], tokens: int) -> list[np.ndarray]:
    """Indices by length, cut so that no batch holds more than `tokens` padded tokens (but at least one example)."""
    batches: list[np.ndarray] = []
    left = np.argsort(lengths, kind="stable")
    while len(left):
        size = fitting(lengths, left, tokens)
        batches.append(left[:size])
        left = left[size:]
    return batches


def fitting(lengths: Sequence[int], order: np.ndarray, tokens: int) -> int:
    """How many of the first indices in `order`, which is by length, make a batch of at most `tokens` padded tokens."""
    for size in range(1, len(order)):
        if int(lengths[order[size]]) * (size + 1) > tokens:
            return size
    return len(order)


def pad(sequences: Sequence[Sequence[int]], value: int) -> torch.Tensor:
    """A (rows, longest) tensor of the sequences, filled up with `value` on the right."""
    import torch

    width = max(map(len, sequences))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in sequences], dtype=torch.long)


def inputs(
    sequences: Sequence[Sequence[int]], pad_id: int, segments: Sequence[Sequence[int] | None] = ()
) -> dict[str, torch.Tensor]:
    """`input_ids` and `attention_mask`, both (rows, longest); `token_type_ids` where a sequence has `segments`."""
    batch = {"input_ids": pad(sequences, pad_id), "attention_mask": pad([[1] * len(row) for row in sequences], 0)}
    if any(segments):
        rows = zip(sequences, segments, strict=True)
        batch["token_type_ids"] = pad([own or [0] * len(row) for row, own in rows], 0)
    return batch


def inputs_of(examples: Sequence[Example], pad_id: int) -> dict[str, torch.Tensor]:
    """The `inputs` of examples of one sequence each."""
    return inputs([example.ids for example in examples], pad_id, [example.segments for example in examples])


def unlabelled(batch: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What a model is given of a batch."""
    return {name: tensor for name, tensor in batch.items() if name != "labels"}
