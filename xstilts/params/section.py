"""What all sections of `params.yaml` share: how strict they are, the kinds of numbers, and the one rule for names."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

LONGEST = 64
DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]", re.I)  # to Windows, whatever folder they stand in


def name(value: str) -> str:
    """The one rule for names, which go into paths, stages, commands, DVC's parameter paths and MLflow's filters."""
    if not re.fullmatch(rf"[A-Za-z0-9_][A-Za-z0-9_-]{{0,{LONGEST - 1}}}", value) or DEVICES.fullmatch(value):
        raise ValueError(
            f"found {value[:LONGEST]!r}, expected a name of 1 to {LONGEST} letters (a to z), digits, `_` and `-`, "
            "not beginning with `-`, and none that Windows keeps for itself, such as con and com1"
        )
    return value


Name = Annotated[str, AfterValidator(name)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
NotNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Rate = Annotated[float, Field(gt=0, lt=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]  # of a repository on the hub


class Section(BaseModel):
    """A part of `params.yaml`: no unknown keys, no silent conversions, no infinite numbers, immutable.

    The text below a field says what it means: `docs/params.md` is made of these texts. (pydantic can read them, too,
    but at every import, which takes half a second of every stage.)"""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, populate_by_name=True, defer_build=True, allow_inf_nan=False
    )
