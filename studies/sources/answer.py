"""Do distant source languages help more, or less, than English? Gains of the sources, and what they go with.

Written are, beside one another:

- `answer.md`: the answers, by rules from the numbers, each with its interval, or why there is none,
- `table.md`, `.csv`, `.tex`: the gains of each source by target, near and far, and in its own language,
- `effects.csv`: the slope of gain on each distance, by targets,
- `gains.svg`, `.png`: gain against the primary distance.

Of the profile `hypothesis` there is `answer.md` alone: development scores without the premise.

    xstilts study sources --profile e5

What was fixed before any result is in `README.md` beside this file; so are the distances.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from studies.sources.figure import draw
from studies.sources.page import hidden_page, page
from studies.sources.tables import csv_table, effect_table, md_table, tex_table
from xstilts.records.files import write_text
from xstilts.studies.distance import read_distances
from xstilts.studies.kept import read_run
from xstilts.studies.sources import Study, development

HERE = Path(__file__).parent
DISTANCES = HERE / "distances.csv"

PRIMARY = "syntax"  # chosen before any result, as the two below
TARGETS = ("xnli", "pawsx")
SAME_PAIRS = {"jsick": "sick"}  # the same sentence pairs under another name


def main(arguments: Sequence[str] | None = None) -> None:
    """Write all files into the folder that is given."""
    folder = Path((arguments or sys.argv[1:])[0])
    run, distances = read_run(folder), read_distances(DISTANCES)
    own = development(run)
    if all(source.ablate for source in run.params.sources.values() if source.tasks):  # the profile `hypothesis`
        write_text(folder / "answer.md", hidden_page(run, own))
        return
    study = Study.read(run, distances, PRIMARY, TARGETS, SAME_PAIRS)
    write_text(folder / "answer.md", page(study, own, run.unfinished))
    write_text(folder / "table.md", md_table(study, own))
    write_text(folder / "table.csv", csv_table(study, own))
    write_text(folder / "table.tex", tex_table(study, own))
    write_text(folder / "effects.csv", effect_table(study))
    for form in ("svg", "png"):
        draw(study, folder / f"gains.{form}")


if __name__ == "__main__":
    main()
