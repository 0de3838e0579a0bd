"""How large the batches of an evaluation are, in padded tokens.

XSTILTS_EVAL_TOKENS says it once for all, so that a machine gives the same bytes twice: on a GPU the last bits of an
output can depend on the shape of its batch. Where XSTILTS_EVAL_TOKENS_MOST is set, too, batches grow up to that, as
long as the memory has room, and shrink where it had none. Then the bytes depend on how much memory was free.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch

from xstilts import environment
from xstilts.encoders.devices import give_back, has_room
from xstilts.errors import InputError

START, MOST = "XSTILTS_EVAL_TOKENS", "XSTILTS_EVAL_TOKENS_MOST"


@dataclass
class Budget:
    """Padded tokens of the next forward pass."""

    start: int
    most: int  # 0: they neither grow nor shrink
    now: int
    grows: bool

    def worked(self, tokens: int, device: torch.device) -> None:
        """A batch of so many tokens had room. If that says something, and there is more room, the next are larger."""
        if self.grows and 2 * tokens > self.now and has_room(device):
            self.now = min(2 * self.now, self.most)
            self.grows = self.now < self.most

    def failed(self, tokens: int, examples: int, device: torch.device) -> None:
        """There was not enough memory for a batch: the next are half as large, and grow no more.

        Raises `InputError` where batches have a fixed size, and for a batch of one example."""
        what = f"there is not enough memory for a batch of {tokens} padded tokens"
        if examples == 1:
            raise InputError(f"{what}, which is one example")
        if not self.most:
            raise InputError(f"{what}; {START} is {self.start}: set it lower")
        self.now, self.grows = max(1, tokens // 2), False
        give_back(device)


_OF_MODELS: WeakKeyDictionary[torch.nn.Module, Budget] = WeakKeyDictionary()


def budget_of(model: torch.nn.Module) -> Budget:
    """What was found for this model before, else a new one, as the environment says."""
    start, most = environment.number(START), environment.number(MOST)
    known = _OF_MODELS.get(model)
    if known is None or (known.start, known.most) != (start, most):
        known = _OF_MODELS[model] = Budget(start, most, start, grows=most > start)
    return known
