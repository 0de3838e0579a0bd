"""Running a model over encoded examples, without gradients, in batches of similar length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xstilts import environment
from xstilts.encoders.batches import Example, token_batches
from xstilts.errors import NotFinite

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def predict(model: PreTrainedModel, head: Any, examples: Sequence[Example], pad_id: int) -> list[np.ndarray]:
    """The family's raw outputs (float32 arrays without padding), one for each example in the given order.

    Raises `NotFinite` where one of them is NaN or infinite."""
    budget = environment.number("XSTILTS_EVAL_TOKENS")
    results: list[np.ndarray | None] = [None] * len(examples)
    lengths = [example.length * len(example.ids) if example.nested else example.length for example in examples]
    model.eval()
    with torch.inference_mode(), _watched(model):
        for indices in token_batches(lengths, budget):
            chosen = [examples[i] for i in indices]
            batch = {k: v.to(model.device) for k, v in head.collate(chosen, pad_id).items() if k != "labels"}
            for index, output in zip(indices, head.outputs(model, batch, chosen), strict=True):
                if not np.isfinite(output).all():
                    raise _not_finite(model)
                results[index] = output
    return [result for result in results if result is not None]


@contextmanager
def _watched(model: PreTrainedModel) -> Iterator[None]:
    """Look at what the model gives for each token, too: the best of several NaN is a number like any other."""

    def look(_: Any, args: Any, given: Mapping[str, Any], output: Any) -> None:
        mask = given.get("attention_mask")
        parts = output.values() if isinstance(output, Mapping) else output if isinstance(output, tuple) else (output,)
        for part in parts:
            if mask is None or not torch.is_tensor(part) or part.shape[: mask.ndim] != mask.shape:
                continue
            finite = part.isfinite()
            if not finite[mask.bool()].all():  # what stands under padding is read by nobody
                raise _not_finite(model)

    handle = model.register_forward_hook(look, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def _not_finite(model: PreTrainedModel) -> NotFinite:
    where = getattr(model, "name_or_path", "") or "the model"
    return NotFinite(f"{where}: found an output that is NaN or infinite: the training that made this model is broken")
