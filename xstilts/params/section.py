"""What all sections of `params.yaml` share: how strict they are, and the kinds of numbers."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def number(value: Any) -> Any:
    """YAML 1.1 reads `3e-5` as text (it wants `3.0e-5`), and `dvc exp run -S lr=3e-5` writes just that."""
    isnumber = isinstance(value, str) and re.fullmatch(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+", value)
    return float(value) if isnumber else value


Real = Annotated[float, BeforeValidator(number)]
NotNegative = Annotated[float, BeforeValidator(number), Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, BeforeValidator(number), Field(gt=0, allow_inf_nan=False)]
Rate = Annotated[float, BeforeValidator(number), Field(gt=0, lt=1)]
Share = Annotated[float, BeforeValidator(number), Field(ge=0, le=1)]
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]  # of a repository on the hub


class Section(BaseModel):
    """A part of `params.yaml`: no unknown keys, no silent conversions, immutable.

    The text below a field says what it means: `docs/params.md` is made of these texts. (pydantic can read them, too,
    but at every import, which takes half a second of every stage.)"""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True, defer_build=True)
