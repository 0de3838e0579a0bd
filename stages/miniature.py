"""The generated world: raw files of every data set, in the formats that the real ones are published in.

python -m stages.miniature world
"""

from __future__ import annotations

import argparse
from pathlib import Path

from xstilts.errors import InputError, exit_cleanly
from xstilts.miniature.build import build
from xstilts.params import read_params
from xstilts.records.files import writing

OUT = Path("data/raw/miniature")


def main() -> None:
    """Build the world in one go: the folder appears when it is complete."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="a world under `miniature` in params.yaml")
    name, worlds = parser.parse_args().name, read_params().miniature
    if name not in worlds:
        raise InputError(f"params.yaml: miniature has no '{name}'; there are: {', '.join(worlds) or 'none'}")
    with writing(OUT) as folder:
        folder.mkdir()
        build(worlds[name], folder)


if __name__ == "__main__":
    exit_cleanly(main)
