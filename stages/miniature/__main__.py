"""Stage `miniature`: write the generated world as raw files. Run: python -m stages.miniature"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from stages.common.errors import exit_cleanly
from stages.common.files import writing
from stages.miniature.build import build

OUT = Path("data/raw/miniature")


def world_settings() -> dict[str, Any]:
    """The section `miniature.world` of params.yaml."""
    with open("params.yaml", encoding="utf-8") as file:
        settings: dict[str, Any] = yaml.safe_load(file)["miniature"]["world"]
    return settings


def main() -> None:
    """Build the world in one go: the folder appears when it is complete."""
    with writing(OUT) as folder:
        folder.mkdir()
        build(world_settings(), folder)


if __name__ == "__main__":
    exit_cleanly(main)
