"""Three learning rates for a backbone, compared on English development sets: `none` alone, with the first seed.

    python -m studies.backbones.rates small

The target trainings run in the clone in which `xstilts study backbones --profile small` runs. What comes out is
`studies/backbones/rates/small.csv`, which `together.py` reports. No rate is changed by it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from xstilts.cells.rebuild import refuse_changes
from xstilts.errors import exit_cleanly, unknown
from xstilts.params import read_params
from xstilts.params.load import load
from xstilts.params.profiles import compose
from xstilts.records.files import write_text
from xstilts.studies.backbones.rates import FACTORS, RECIPES, Rate, measured, scaled
from xstilts.studies.backbones.rows import to_csv
from xstilts.studies.make import clone_of, profiles, run

STUDY = Path("studies/backbones")


def main() -> None:
    """Make the trainings with each rate, and write what their development sets say."""
    root, name = Path.cwd(), sys.argv[1]
    if name not in profiles(root, STUDY.name):
        raise unknown("profile", name, profiles(root, STUDY.name), str(STUDY))
    refuse_changes(root)
    content = load(compose(str(STUDY / f"{name}.yaml")), "params.yaml")
    clone = root.parent / f"{root.name}-{STUDY.name}-{name}"
    found: list[Rate] = []
    for factor in FACTORS:
        clone_of(root, clone)
        write_text(clone / "params.yaml", yaml.safe_dump(scaled(content, factor), sort_keys=False))
        params = read_params(clone / "params.yaml")
        groups = [group for group in (*RECIPES, "squad", "copa") if getattr(params.targets, group)]
        run(clone, "-m", "xstilts.repair", "dvc", "repro", *(f"target-{group}" for group in groups))
        found += measured(params, clone, factor, name)
    (root / STUDY / "rates").mkdir(exist_ok=True)
    write_text(root / STUDY / "rates" / f"{name}.csv", to_csv(found))


if __name__ == "__main__":
    exit_cleanly(main)
