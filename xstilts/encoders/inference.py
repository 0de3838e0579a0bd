"""Running a model over encoded examples, without gradients, in batches of similar length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xstilts.encoders.batches import Example, fitting, unlabelled
from xstilts.encoders.budget import budget_of
from xstilts.encoders.devices import to_device
from xstilts.errors import NotFinite, out_of_memory

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def predict(model: PreTrainedModel, head: Any, examples: Sequence[Example], pad_id: int) -> list[np.ndarray]:
    """The family's raw outputs (float32 arrays without padding), one for each example in the given order.

    Raises `NotFinite` where one of them is NaN or infinite."""
    results: list[np.ndarray | None] = [None] * len(examples)
    lengths = [example.length * len(example.ids) if example.nested else example.length for example in examples]
    budget, left = budget_of(model), np.argsort(lengths, kind="stable")
    model.eval()
    with torch.inference_mode(), _watched(model):
        while len(left):
            indices = left[: fitting(lengths, left, budget.now)]
            tokens = len(indices) * lengths[indices[-1]]
            outputs = _outputs(model, head, [examples[i] for i in indices], pad_id)
            if outputs is None:
                budget.failed(tokens, len(indices), model.device)
                continue
            budget.worked(tokens, model.device)
            left = left[len(indices) :]
            for index, output in zip(indices, outputs, strict=True):
                if not np.isfinite(output).all():
                    raise _not_finite(model)
                results[index] = output
    return [result for result in results if result is not None]


def _outputs(model: PreTrainedModel, head: Any, examples: Sequence[Example], pad_id: int) -> list[np.ndarray] | None:
    """The outputs of one batch; None where there was not enough memory for it, of which nothing is held then."""
    try:
        batch = to_device(unlabelled(head.collate(examples, pad_id)), model.device)
        return list(head.outputs(model, batch, examples))
    except Exception as error:  # each library has errors of its own
        if out_of_memory(error):
            return None
        raise


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
