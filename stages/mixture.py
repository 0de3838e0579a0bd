"""What each source trains on: the English training and development sets of its tasks, side by side.

DVC cannot take a recipe's list of tasks as dependencies. So this stage, which takes a second, reads all prepared data
and gives every source a folder of its own; a source is trained again only if something in its folder has changed.

    python -m stages.mixture
"""

from __future__ import annotations

import shutil
from pathlib import Path

from stages.common import paths
from stages.common.errors import InputError, exit_cleanly
from stages.common.files import read_json, write_json, writing
from stages.common.params import Source, read_params

FILES = ("task.json", "train/en.parquet", "dev/en.parquet")


def main() -> None:
    """Write `data/mixtures/<source>/` for every source."""
    params = read_params()
    with writing(Path("data/mixtures")) as folder:
        for name, source in params.sources.items():
            collect(name, source, folder / name)


def collect(name: str, source: Source, output: Path) -> None:
    """Copy the English sets of one source's tasks and say in `mixture.json` how many rows there are."""
    rows = {}
    for task in source.tasks:
        for file in FILES:
            origin = paths.PREPARED / task / file
            if not origin.is_file():
                raise InputError(f"sources.{name}: task '{task}' cannot be trained on: {origin} is missing")
            (output / task / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, output / task / file)
        splits = read_json(paths.PREPARED / task / "counts.json")["splits"]
        rows[task] = {split: splits[split]["en"]["rows"] for split in ("train", "dev")}
    write_json(output / "mixture.json", {"source": name, "rows": rows})


if __name__ == "__main__":
    exit_cleanly(main)
