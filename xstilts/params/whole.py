"""`Params`: the whole of `params.yaml`, checked."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator, model_validator

from xstilts.params.checks import ALL
from xstilts.params.fields import Fields


class Params(Fields):
    """The whole file."""

    @field_validator("squad", mode="before")
    @classmethod
    def _below_its_training_set(cls, value: Any) -> Any:
        if isinstance(value, dict) and "lr" in value:
            raise ValueError(
                "found a recipe, expected its training set above it: `squad: {squad_v1: {epochs: ..., ...}}`"
            )
        return value

    @field_validator("parallel", mode="before")
    @classmethod
    def _below_its_parallel_text(cls, value: Any) -> Any:
        if isinstance(value, dict) and "lr" in value:
            raise ValueError(
                "found a recipe, expected its training set above it: `parallel: {lafand: {epochs: ..., ...}}`"
            )
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Params:
        for check in ALL:
            check(self)
        return self
