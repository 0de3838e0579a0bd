"""Several tasks in one training: one task a step, drawn by weight; one encoder under a head for each.

JIANT's multi-task training (`proj/main/components/task_sampler.py`, `configurator.py` @daa5a258), but for its sampler,
which owns a generator without a seed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from xstilts.seeding import Seeds

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from xstilts.params import Sampling, Source
    from xstilts.training.lessons import Lesson

UNCAPPED = 1 << 62


def weights(sizes: Sequence[int], sampling: Sampling | None) -> np.ndarray:
    """How often each task is drawn, shape (tasks,), summing to 1: min(size, cap), 1, or min(size, cap) ** (1 / T)."""
    capped = np.minimum(np.asarray(sizes, dtype=np.float64), (sampling and sampling.cap) or UNCAPPED)
    if sampling and sampling.rule == "uniform":
        capped[:] = 1
    if sampling and sampling.temperature:
        capped = (capped / capped.sum()) ** (1 / sampling.temperature)
    shares: np.ndarray = capped / capped.sum()
    return shares


def budget(sizes: Sequence[int], batches: Sequence[int], epochs: Sequence[int], cap: int | None) -> int:
    """Optimiser steps of a mixture: the sum over tasks of epochs x ceil(min(size, cap) / batch)."""
    steps = zip(sizes, batches, epochs, strict=True)
    return sum(many * math.ceil(min(size, cap or UNCAPPED) / batch) for size, batch, many in steps)


def shares_and_steps(source: Source, lessons: Sequence[Lesson]) -> tuple[list[float], int]:
    """How often each lesson of a source is drawn, and the optimiser steps of them all.

    Masked text takes its share of all steps; the labelled tasks have as many as they would have without it."""
    assert source.recipe
    labelled = [lesson for lesson in lessons if lesson.name != "mlm"]
    masked = source.mlm.share if source.mlm else 0.0
    if not labelled:
        assert source.recipe.steps  # the schema makes sure: masked text has no epochs
        return [1.0], source.recipe.steps
    cap = source.sampling.cap if source.sampling else None
    recipes = [source.recipe_of(lesson.name) for lesson in labelled]
    sizes = [lesson.size for lesson in labelled]
    batches, epochs = [one.batch for one in recipes], [one.epochs or 0 for one in recipes]
    steps = source.recipe.steps or budget(sizes, batches, epochs, cap)
    shares = [float(share) * (1 - masked) for share in weights(sizes, source.sampling)]
    total = steps if source.recipe.steps else round(steps / (1 - masked))
    return shares + [masked] * bool(source.mlm), total


def draws(shares: Sequence[float], steps: int, seeds: Seeds) -> list[int]:
    """The task of every step, drawn independently. All are drawn before the first step: the state of the sampler is
    the number of steps done, so that a training that goes on after an interruption meets the same tasks."""
    if len(shares) == 1:
        return [0] * steps
    drawn = seeds.numpy("sampler").choice(len(shares), size=steps, p=np.asarray(shares))
    return [int(task) for task in drawn]


def share_encoder(first: PreTrainedModel, other: PreTrainedModel) -> None:
    """Give `other` the encoder of `first`, which takes over its pooler if it has none itself."""
    encoder, pooler = first.base_model, getattr(other.base_model, "pooler", None)
    if pooler is not None and getattr(encoder, "pooler", None) is None:
        encoder.pooler = pooler
    setattr(other, other.base_model_prefix, encoder)
    other.tie_weights()  # of a language-model head, to the embeddings of this encoder


def under_one(lessons: Sequence[Lesson]) -> torch.nn.Module:
    """The model that is trained: that of the only lesson, or all of them as one module."""
    models = {lesson.name: lesson.model for lesson in lessons}
    return MultiTask(models) if len(lessons) > 1 else lessons[0].model


class MultiTask(torch.nn.Module):  # type: ignore[misc]
    """Models of several tasks that share one encoder: `model(task, **inputs)` is what that task's model gives.

    In the state each tensor of the encoder is stored once, with the first task."""

    def __init__(self, models: Mapping[str, PreTrainedModel]) -> None:
        super().__init__()
        self.tasks = torch.nn.ModuleDict(dict(models))

    def forward(self, task: str, **inputs: torch.Tensor) -> Any:
        """What the model of `task` returns."""
        return self.tasks[task](**inputs)

    def state_dict(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        """Every tensor once, by the first of its names."""
        names: dict[tuple[int, tuple[int, ...]], str] = {}
        whole = super().state_dict(*arguments, **options)
        for name, tensor in whole.items():
            names.setdefault((tensor.data_ptr(), tuple(tensor.shape)), name)
        kept = set(names.values())
        return {name: tensor for name, tensor in whole.items() if name in kept}

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """Load what `state_dict` gave; the other names of a tensor are filled through the first."""
        if strict and set(state) != set(self.state_dict()):
            raise ValueError("the state is that of other tasks")
        return super().load_state_dict(state, strict=False, assign=assign)
