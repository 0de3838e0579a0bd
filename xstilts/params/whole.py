"""`Params`: the whole of `params.yaml`, checked."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationInfo, field_validator, model_validator

from xstilts.params.checks import ALL
from xstilts.params.fields import Fields


class Params(Fields):
    """The whole file."""

    @field_validator("squad", "parallel", mode="before")
    @classmethod
    def _below_its_training_set(cls, value: Any, field: ValidationInfo) -> Any:
        if isinstance(value, dict) and "lr" in value:
            section = str(field.field_name)
            own = {"squad": "squad_v1", "parallel": "lafand"}[section]
            raise ValueError(
                f"found a recipe, expected its training set above it: `{section}: {{{own}: {{epochs: ..., ...}}}}`"
            )
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Params:
        for check in ALL:
            check(self)
        return self
