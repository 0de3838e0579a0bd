"""What intermediate training does to one backbone: its part of the answer.

Written are, into the folder of the profile,

- `rows.csv`: every score, in the format of all studies,
- `gains.csv`: what English and multilingual intermediate data change, with intervals over seeds and test units,
- `fertility.csv`: pieces a word, and inputs that are too long, by language,
- `about.json`: what the encoder and its data are.

`together.py` makes the answer of all backbones from these files. All are made from the folder `run`: the
scores, and what `facts.py` has taken from the data.

    xstilts study backbones --profile small
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from xstilts.errors import exit_cleanly
from xstilts.studies.backbones.contrasts import contrasts
from xstilts.studies.backbones.rows import rows
from xstilts.studies.backbones.study import Backbone, read_pieces, read_sizes, write
from xstilts.studies.kept import RUN, Run, read_run


def main() -> None:
    """Write the files into the folder that is given."""
    folder = Path(sys.argv[1])
    run, sizes, pieces = read_run(folder), read_sizes(folder / RUN), read_pieces(folder / RUN)
    write(folder, Backbone(about(run), rows(run, sizes), contrasts(run), pieces, []))


def about(run: Run) -> dict[str, Any]:
    """What the encoder is, and which rows are not finished.

    E5 was trained on pairs, NLI among them, before it came here."""
    params, encoder = run.params, run.params.backbone
    where = f"{encoder.repo}@{encoder.revision}" if encoder.repo else Path(encoder.source).name
    where = "made here" if encoder.kind == "pretrain" else where
    return {
        "profile": params.profile, "data": params.data.kind, "encoder": where,
        "made_here": encoder.kind == "pretrain", "trained_on_pairs": "e5" in where.split("@")[0].lower(),
        "unfinished": [*run.unfinished],
    }  # fmt: skip


if __name__ == "__main__":
    exit_cleanly(main)
