"""The run of a study, from the predictions that a test has made up in the working folder."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

from xstilts.params import Params
from xstilts.publication import record as records
from xstilts.publication.gather import answered, units
from xstilts.publication.publish import about
from xstilts.publication.record import Record
from xstilts.scoring.cells import Gold
from xstilts.scoring.document import score
from xstilts.studies.kept import RUN, Run, read_run


def keep_here(content: Mapping[str, Any], folder: Path, asked: tuple[str, ...] = ()) -> Run:
    """Write the run of a study into a folder, without DVC, and read it."""
    params = Params.model_validate(content)
    pairs = [*product(params.sources, params.seeds)]
    record = Record({**content}, {}, [{"profile": params.profile, "asked": [*asked]}])
    for target in params.target_families():
        record.cells[target] = score(params, Gold(params, target), pairs)
        record.units[target] = units(params, target, pairs)
    record.intermediate = answered(params, [pair for pair in pairs if _tried(params, *pair)])
    place = folder / RUN
    place.mkdir(parents=True, exist_ok=True)
    records.write(record, about(record), place)
    return read_run(folder)


def _tried(params: Params, source: str, seed: int) -> bool:
    """Whether the test has made up answers on the source's own development set."""
    return all(
        Path(f"results/predictions/intermediate/{source}/{seed}/{task}.parquet").exists()
        for task in params.sources[source].tasks
    )
