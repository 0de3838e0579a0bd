"""What runs a model: torch as it is (`eager`), or with code that is compiled for the model (`compiled`).

ONNX Runtime has a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch

from xstilts.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from transformers import PreTrainedModel

    from xstilts.latency.questions import Inputs

Answer = Callable[["Inputs"], Sequence["np.ndarray"]]  # the raw outputs of a model
SHAPES = 64  # kinds of inputs for which code may be compiled; beyond that torch would go on without


class Plain(torch.nn.Module):  # type: ignore[misc]
    """A model from tensors, in the order of their `names`, to a plain tuple of tensors: what can be compiled and
    exported."""

    def __init__(self, model: PreTrainedModel, names: Sequence[str]) -> None:
        super().__init__()
        self.model, self.names = model, tuple(names)

    def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The raw outputs."""
        found: tuple[torch.Tensor, ...] = self.model(**dict(zip(self.names, tensors, strict=True))).to_tuple()
        return found


def eager(model: PreTrainedModel) -> Answer:
    """The model as it is."""

    def answer(inputs: Inputs) -> Sequence[np.ndarray]:
        with torch.inference_mode():
            return [output.numpy() for output in model(**inputs).to_tuple()]

    return answer


def compiled(model: PreTrainedModel, names: Sequence[str]) -> Answer:
    """The model as one graph, compiled for inputs of all lengths; that happens at its first answers.

    `answer` raises `InputError` where that does not work."""
    import torch._dynamo
    from torch._dynamo.exc import FailOnRecompileLimitHit, TorchDynamoException

    torch._dynamo.config.recompile_limit = SHAPES
    torch._dynamo.config.fail_on_recompile_limit_hit = True
    module = torch.compile(Plain(model, names), dynamic=True, fullgraph=True)

    def answer(inputs: Inputs) -> Sequence[np.ndarray]:
        try:
            with torch.inference_mode():
                return [output.numpy() for output in module(*(inputs[name] for name in names))]
        except (TorchDynamoException, FailOnRecompileLimitHit) as error:
            raise InputError(f"--engine compiled: torch.compile failed: {' '.join(str(error).split())[:300]}") from None

    return answer


def check_compiler() -> None:
    """Refuse where torch finds no compiler of C++."""
    from torch._inductor.cpp_builder import get_cpp_compiler
    from torch._inductor.exc import InvalidCxxCompiler

    try:
        get_cpp_compiler()
    except InvalidCxxCompiler:
        raise InputError(
            "--engine compiled: found no C++ compiler, expected g++ or clang++ (or its name in CXX)"
        ) from None
