"""Named random generators: each random choice is made by a generator named after (seed, purpose)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


class Seeds:
    """All generators of one cell. The same (seed, purpose) gives the same stream, whatever else is drawn."""

    def __init__(self, seed: int | str) -> None:
        self.seed = seed

    def integer(self, *purpose: object) -> int:
        """A 63-bit integer that stands for (seed, purpose)."""
        name = "/".join(str(part) for part in (self.seed, *purpose))
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1

    def numpy(self, *purpose: object) -> np.random.Generator:
        """A numpy generator for this purpose."""
        return np.random.Generator(np.random.PCG64(self.integer(*purpose)))

    def torch(self, *purpose: object) -> torch.Generator:
        """A torch CPU generator for this purpose."""
        import torch

        return torch.Generator().manual_seed(self.integer(*purpose))
