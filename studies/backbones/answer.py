"""What intermediate training does to one backbone: its part of the answer.

Written are, into the folder of the profile,

- `rows.csv`: every score, in the format of all studies,
- `gains.csv`: what English and multilingual intermediate data change, with intervals over seeds and test units,
- `fertility.csv`: pieces a word, and inputs that are too long, by language,
- `about.json`: what the encoder and its data are.

`together.py` makes the answer of all backbones from these files.

    xstilts study backbones --profile small
"""

from __future__ import annotations

import sys
from pathlib import Path

from xstilts.params import Params, read_params
from xstilts.studies.backbones.contrasts import contrasts
from xstilts.studies.backbones.rows import rows
from xstilts.studies.backbones.study import Backbone, write
from xstilts.studies.fertility import fertility


def main() -> None:
    """Write the files into the folder that is given."""
    params = read_params()
    write(Path(sys.argv[1]), Backbone(about(params), rows(params), contrasts(params), fertility(params), []))


def about(params: Params) -> dict[str, str | bool]:
    """What the encoder is. E5 was trained on pairs, NLI among them, before it came here."""
    encoder = params.backbone
    where = f"{encoder.repo}@{encoder.revision}" if encoder.repo else Path(encoder.source).name
    where = "made here" if encoder.kind == "pretrain" else where
    return {
        "profile": params.profile, "data": params.data.kind, "encoder": where,
        "made_here": encoder.kind == "pretrain", "trained_on_pairs": "e5" in where.split("@")[0].lower(),
    }  # fmt: skip


if __name__ == "__main__":
    main()
