"""The run behind a study: its scores and what intervals are made from, kept in git beside the answer.

No row of the data is in it.

So an answer can be made again, and made better, without a training; rows and seeds of several machines make one answer;
and a study that has not come to its end has an answer of what is finished.

    python -m xstilts.studies.kept studies/sources/e5     # in the clone of the study: take what is finished
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from xstilts.errors import exit_cleanly, missing
from xstilts.params import Params
from xstilts.publication import record as records
from xstilts.publication.publish import about, joined
from xstilts.publication.samples import of_runs, sample, without_gap
from xstilts.records.files import writing
from xstilts.statistics.collect import Sample

RUN = "run"  # in the folder of a profile


@dataclass(frozen=True)
class Run:
    """What a study is made from."""

    params: Params
    """Of the rows, seeds and targets of the answer: the largest part of what is finished that has no gap."""

    documents: Mapping[str, Mapping[str, Any]]
    """Target -> its cells, as `results/cells` has them."""

    sample: Callable[[str, Sequence[str]], Sample]
    """(target, conditions) -> counts of all rows, from which the test sets are drawn."""

    development: Mapping[str, Any] = field(default_factory=records.no_development)
    """Scores of the sources' own tasks, as `results/intermediate.json` has them."""

    unfinished: Sequence[str] = ()
    """Rows that the profile asks for and the answer does not have, as `source/seed`."""


def main() -> None:
    """Take the finished rows of the present pipeline into the folder that is given."""
    print("\n".join(keep(Path.cwd(), Path(sys.argv[1]))))


def keep(root: Path, folder: Path) -> list[str]:
    """Join the finished rows of the pipeline with those that the folder of a study has. Returns a line for each that is
    not finished. Raises `InputError` where no row is, or where rows do not belong together."""
    place = folder / RUN
    record, lines = joined(root, place, {})
    with writing(place) as temporary:
        temporary.mkdir()
        records.write(record, about(record), temporary)
    return lines


def read_run(folder: Path) -> Run:
    """The run of a study's folder. Raises `InputError` if there is none, or if it is not as it was written."""
    place = folder / RUN
    if not place.is_dir():
        raise missing(place, "folder")
    record = records.read(place)
    params = without_gap(record, place / "params.yaml")
    runs = {*product(params.sources, params.seeds)}
    asked = dict.fromkeys(one for run in record.runs for one in run.get("asked", ()))
    return Run(
        params,
        {target: of_runs(record.cells[target], runs) for target in params.target_families()},
        lambda target, conditions: sample(record, params, target, list(params.sources), conditions),
        of_runs(record.intermediate, runs),
        [one for one in asked if one not in {f"{source}/{seed}" for source, seed in runs}],
    )


if __name__ == "__main__":
    exit_cleanly(main)
