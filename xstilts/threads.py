"""What a process that computes with torch fixes before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts import arithmetic, environment
from xstilts.errors import InputError

if TYPE_CHECKING:
    from accelerate import PartialState


def use_threads(threads: int, kernels: arithmetic.Arithmetic) -> None:
    """Fix what a float's last bits depend on: the number of threads, the choice of algorithms and that of kernels.

    Checks the environment before, so that a variable is refused now and not after hours."""
    environment.check()
    import torch  # here, so that a script which asks for threads later can check its arguments before

    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    arithmetic.check(kernels)


def processes() -> PartialState:
    """This process among those that train together, as `accelerate`, which runs the training, sees it."""
    started = environment.processes()
    import torch
    from accelerate import PartialState

    state = PartialState(cpu=environment.on_the_processor() or (started > 1 and not torch.cuda.is_available()))
    if state.num_processes != started:
        raise InputError(
            f"a launcher has started {started} processes, but accelerate trains with {state.num_processes}"
            f" ({state.device}): start one"
        )
    return state


def is_main_process() -> bool:
    """Whether this process writes the outputs: true but for the others that a launcher has started."""
    return environment.processes() == 1 or bool(processes().is_main_process)
