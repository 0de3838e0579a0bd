"""The generated world: raw files of every data set, in the formats that the real ones are published in.

python -m stages.miniature world
"""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import exit_cleanly
from xstilts.miniature.build import build
from xstilts.params.arguments import arguments
from xstilts.records.files import writing

OUT = Path("data/miniature")


def main() -> None:
    """Build the world in one go: the folder appears when it is complete."""
    params, (name,) = arguments(__doc__, "world")
    with writing(OUT) as folder:
        folder.mkdir()
        build(params.miniature[name], folder)


if __name__ == "__main__":
    exit_cleanly(main)
