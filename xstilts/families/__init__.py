"""The ways to ask a question. Each family is a folder of up to three rooms, on which different stages depend:

`learning`   encode, head, select: what a training needs, and what an answer needs, too
`answering`  decode, predict: from a model's outputs to predictions
`scoring`    score, units: from predictions and gold to figures, without torch

`choice` has one room more: `likelihood`, which answers with a masked language model and no trained head. No stage
depends on it.
"""

from __future__ import annotations

import importlib
from typing import Any


def part(family: str, name: str) -> Any:
    """The module of a family, such as `learning.head`, loaded by name so that a stage imports its own family alone."""
    return importlib.import_module(f"xstilts.families.{family}.{name}")
