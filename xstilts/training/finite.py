"""Stopping a training at the first number that is NaN or infinite: every comparison with it would pass in silence."""

from __future__ import annotations

import math
from typing import Any

import torch

from xstilts.errors import NotFinite


class Watch:
    """The losses and gradient norms of a training, looked at without making a GPU wait at every step."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._new: list[tuple[int, str, float, torch.Tensor, torch.Tensor]] = []

    def add(self, step: int, task: str, rate: float, loss: torch.Tensor, norm: torch.Tensor) -> None:
        """Take those of one step (from 1). On the processor they are looked at now, elsewhere at the next `look`."""
        self._new.append((step, task, rate, loss, norm))
        if loss.device.type == "cpu":
            self.look()

    def look(self) -> None:
        """Raise `NotFinite` for the first step since the last look whose loss or gradient norm is not finite."""
        seen, self._new = self._new, []
        if not seen:
            return
        values = torch.stack([torch.stack([loss.float(), norm.float().to(loss.device)]) for *_, loss, norm in seen])
        for (step, task, rate, *_), (loss, norm) in zip(seen, values.tolist(), strict=True):
            self.check(step, task, rate, {"loss": loss, "gradient norm": norm})

    def check(self, step: int, task: str, rate: float, values: dict[str, Any]) -> None:
        """Raise `NotFinite` for the first of the values that is not finite."""
        for name, value in values.items():
            if not math.isfinite(value):
                raise NotFinite(
                    f"{self.at(step, task, rate)}: the {name} is {value}, expected a finite number{STOPPED}"
                )

    def at(self, step: int, task: str, rate: float) -> str:
        """Where in the training something is, for a message."""
        return f"{self.title}: step {step}{f', task {task}' if task else ''}, learning rate {rate:.4g}"


STOPPED = "; the training is stopped and nothing of it is kept (a lower `lr` may help)"
