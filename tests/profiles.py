"""The shipped profiles as `xstilts profile` writes them."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from tests.imports import ROOT
from xstilts.params.profiles import compose

NAMES = ("miniature", "full", "laptop", "local", "paper", "shared", "shared-e5", "xtreme-r")


@cache
def text(profile: str) -> str:
    """The whole `params.yaml` of a profile."""
    return compose(profile, ROOT / "profiles")


def content(profile: str) -> dict[str, Any]:
    """What stands in it, to be changed as one likes."""
    whole: dict[str, Any] = yaml.safe_load(text(profile))
    return whole
