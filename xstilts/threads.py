"""What a process that computes with torch fixes before it starts."""

from __future__ import annotations

import os


def use_threads(threads: int) -> None:
    """Fix what a float's last bits depend on: the number of threads and the choice of algorithms."""
    import torch  # here, so that a script which asks for threads later can check its arguments before

    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)


def is_main_process() -> bool:
    """Whether this process writes the outputs: true but for the others of a `torchrun`."""
    return int(os.environ.get("RANK", "0")) == 0
