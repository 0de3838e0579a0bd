"""What a GPU needs that a processor does not: copies that nobody waits for, and a look at its memory."""

from __future__ import annotations

from collections.abc import Mapping

import torch


def to_device(batch: Mapping[str, torch.Tensor], device: torch.device) -> dict[str, torch.Tensor]:
    """The tensors of a batch on a device; those that are there already are not copied.

    Nobody waits for a copy to a GPU: it is read from pinned memory, which torch keeps until the copy has ended, while
    the processor makes the next batch. What is computed with the copies waits for them by itself."""
    if device.type != "cuda":
        return {name: tensor.to(device) for name, tensor in batch.items()}
    return {name: tensor.pin_memory().to(device, non_blocking=True) for name, tensor in batch.items()}


def has_room(device: torch.device) -> bool:
    """Whether a GPU has as much memory free as this process has ever taken of it. Of a processor nothing is known."""
    if device.type != "cuda":
        return False
    free, _ = torch.cuda.mem_get_info(device)
    return bool(free > torch.cuda.max_memory_reserved(device))


def give_back(device: torch.device) -> None:
    """Give memory that torch keeps for later back to a GPU: in pieces that are too small it is of no use."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
