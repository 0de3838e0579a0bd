"""What holds in every process of this project, set before any library is loaded; and what a person calls in Python."""

from xstilts import interrupt

interrupt.begin()

import importlib  # noqa: E402  after Ctrl-C has been seen to
from typing import TYPE_CHECKING, Any  # noqa: E402

from xstilts import arithmetic, environment  # noqa: E402

if TYPE_CHECKING:
    from xstilts.commands.frames import predictions, scores, table

__all__ = ["predictions", "scores", "table"]

environment.telemetry_off()
arithmetic.choose("avx2")  # a stage script follows `params.yaml`


def __getattr__(name: str) -> Any:
    """The functions of `commands/frames.py`, loaded when they are asked for: a stage never asks."""
    if name in __all__:
        return getattr(importlib.import_module("xstilts.commands.frames"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
