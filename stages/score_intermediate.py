"""Scoring of intermediate tasks: what each source's training is worth on its tasks' own English development sets.

A pure function of predictions and gold, on the CPU, as `stages.score`. Of a union each part is scored, too; of masked
text the perplexity of the held-out lines, in all and by language.

    python -m stages.score_intermediate
"""

from __future__ import annotations

from xstilts import paths
from xstilts.errors import exit_cleanly
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json
from xstilts.scoring.development import development


def main() -> None:
    """Write `results/intermediate.json`."""
    params, _ = arguments(__doc__)
    found = development(params)
    write_json(paths.INTERMEDIATE, found)
    print(f"{len(found['cells'])} development scores in {paths.INTERMEDIATE}")


if __name__ == "__main__":
    exit_cleanly(main)
