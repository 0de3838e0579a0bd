"""The ways to ask a question. Each family is a folder: encode, head, select, decode or predict, score."""

from __future__ import annotations

import importlib
from typing import Any


def part(family: str, name: str) -> Any:
    """The module `xstilts/families/<family>/<name>.py`, loaded by name so that a stage imports its own family alone."""
    return importlib.import_module(f"xstilts.families.{family}.{name}")
