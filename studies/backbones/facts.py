"""What the answer of a backbone needs of the data: it is kept beside the scores, in the folder `run`.

- `fertility.csv`: pieces a word, and inputs that are too long, by language,
- `examples.json`: the examples of each source.

    python -m studies.backbones.facts studies/backbones/small     # `xstilts study backbones` does it before the answer
"""

from __future__ import annotations

import sys
from pathlib import Path

from xstilts.errors import exit_cleanly
from xstilts.params import read_params
from xstilts.records.files import write_json, write_text
from xstilts.studies.backbones.rows import examples, to_csv
from xstilts.studies.backbones.study import PIECES, SIZES
from xstilts.studies.fertility import fertility
from xstilts.studies.kept import RUN


def main() -> None:
    """Write both files into the folder that is given."""
    folder, params = Path(sys.argv[1]) / RUN, read_params()
    write_text(folder / PIECES, to_csv(fertility(params)))
    write_json(folder / SIZES, {name: examples(params, name) for name in params.rows})


if __name__ == "__main__":
    exit_cleanly(main)
