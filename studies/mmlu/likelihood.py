"""The exams without a trained head, by pseudo-log-likelihood: for encoders that have kept their language-model head.

    python -m studies.mmlu.likelihood small

It works in the clone in which `xstilts study mmlu --profile small` has run, and trains nothing. What comes out is
`studies/mmlu/likelihood/small.json`, which the next answer reports.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from xstilts.errors import exit_cleanly, missing, unknown
from xstilts.studies.make import profiles, run

STUDY = Path("studies/mmlu")


def main() -> None:
    """Answer in the clone, and take the file into the project."""
    root, name = Path.cwd(), sys.argv[1]
    if name not in profiles(root, STUDY.name):
        raise unknown("profile", name, profiles(root, STUDY.name), str(STUDY))
    clone, file = root.parent / f"{root.name}-{STUDY.name}-{name}", f"{name}.json"
    if not clone.is_dir():
        raise missing(clone, "folder")
    run(clone, "-m", "xstilts.studies.mmlu.likelihood", file)
    (root / STUDY / "likelihood").mkdir(exist_ok=True)
    shutil.move(clone / file, root / STUDY / "likelihood" / file)


if __name__ == "__main__":
    exit_cleanly(main)
