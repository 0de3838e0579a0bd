"""The answer of all backbones whose scores are committed: table, figures and page, in the folder of the study.

python -m studies.backbones.together        # `xstilts study backbones` ends with it
"""

from __future__ import annotations

import sys
from pathlib import Path

from xstilts.errors import exit_cleanly
from xstilts.records.files import write_text
from xstilts.statistics.tables import to_csv
from xstilts.studies.backbones import figures
from xstilts.studies.backbones.page import page, scores, to_latex
from xstilts.studies.backbones.study import read_all

STUDY = Path("studies/backbones")


def main() -> None:
    """Write the answer into the folder of the study, or another one."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else STUDY
    backbones = read_all(folder)
    table = scores(backbones)
    write_text(folder / "answer.md", page(backbones))
    write_text(folder / "table.md", "\n".join(table.markdown()) + "\n")
    write_text(
        folder / "table.csv", to_csv(table.head, [dict(zip(table.head, row, strict=True)) for row in table.lines])
    )
    write_text(folder / "table.tex", to_latex(backbones))
    figures.slopes(folder, backbones)
    figures.ceiling(folder, backbones)


if __name__ == "__main__":
    exit_cleanly(main)
