"""Scores of stored predictions, one run at a time, by the scorer of the stage `score`. Nothing is written.

The stage refuses a target of which one run is missing; here each (target, source) is scored for itself.

    python -m stages.cells.rescore xnli mnli    # the cells as they stand in results/cells/xnli.json, on stdout
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from stages.common import paths, prepared
from stages.common.errors import exit_cleanly
from stages.common.files import read_json
from stages.common.params import Params, read_params
from stages.common.scoring import Run, scored_languages
from stages.families import part

Cell = dict[
    str, Any
]  # source, seed, language, split, n, scores, main: an entry of `cells` in results/cells/<target>.json


class Rescorer:
    """The gold of one target, read once, and its scorer."""

    def __init__(self, params: Params, target: str) -> None:
        self.task = prepared.facts(target)
        self.scorer = part(self.task.family, "score")
        self.languages = scored_languages(params, self.task)
        self.expected = params.evaluated(target, self.task.languages, self.task.tunes_on)
        self.gold = {pair: prepared.rows(target, *pair) for pair in self.expected}
        self.counts = read_json(paths.PREPARED / target / "counts.json")["splits"]

    def cells(self, source: str, seed: int) -> list[Cell]:
        """One cell a language. Raises `InputError` if predictions are missing, left over or out of step."""
        run = Run(self.task.name, source, seed, self.expected)
        return [
            {
                "source": source, "seed": seed, "language": language, "split": split,
                "n": self.counts[split][language].get("pairs", self.counts[split][language]["rows"]),
                **run.score(self.scorer, self.task, self.gold, split, language),
            }
            for language, split in self.languages.items()
        ]  # fmt: skip


def main() -> None:
    """Print the cells of one target and source, all seeds, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("source")
    arguments = parser.parse_args()
    params = read_params()
    rescorer = Rescorer(params, arguments.target)
    print(json.dumps([cell for seed in params.seeds for cell in rescorer.cells(arguments.source, seed)]))


if __name__ == "__main__":
    exit_cleanly(main)
