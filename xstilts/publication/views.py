"""Tables, statistics and pages of what is published: made from the record alone, by the code that makes `results/`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from xstilts import paths
from xstilts.errors import InputError
from xstilts.params import Params
from xstilts.publication.merge import left_out
from xstilts.publication.record import Record
from xstilts.publication.samples import of_runs, sample, without_gap
from xstilts.records.files import write_json
from xstilts.report.figures.grid import TITLES, Grid, encoder_name
from xstilts.report.tables.notes import data_note
from xstilts.report.whole import Report
from xstilts.statistics.tables import write_statistics

RESULTS = Path("results")
CONTROLS = Path("results/real/controls.json")  # in the temporary project: what controls the table has not as rows
NOISED = ("conditions.csv", "conditions.md", "conditions.tex")  # not where there is no condition
OWN = ("cells", "curves", "intermediate.json", "plots", "published.md", "published.tex", "metrics.json")


@contextmanager
def made(record: Record, place: Path) -> Iterator[Path]:
    """A temporary folder with every table and page of a record; `place` is where the record lies, for messages."""
    whole = record.checked(place / "params.yaml")
    controls = [name for name in whole.sources if whole.row_kind(name) in ("random", "ablated")]
    if not record.pairs.keys() - {pair for pair in record.pairs if pair[0] in controls}:
        raise InputError(f"{place}: no row of the table is finished: nothing can be published yet")
    params = without_gap(record, place / "params.yaml", controls)
    with TemporaryDirectory() as folder:
        with chdir(folder):
            try:
                _make(record, whole, params, controls)
            except InputError as error:
                raise InputError(f"{place}: what lies there does not fit together: {error}") from None
        yield Path(folder) / RESULTS


def _make(record: Record, whole: Params, params: Params, controls: Sequence[str]) -> None:
    """Lay the record out as a project below the working folder, and leave there what is made from it."""
    _lay_out(record, whole, params, controls)
    content = write_statistics(
        RESULTS, params, lambda _, target, sources, conditions: sample(record, params, target, sources, conditions)
    )
    report = Report(params, RESULTS, CONTROLS)
    report.lead = lead(params, report.grid, content)
    if rest := left_out(record.pairs, params.sources, params.seeds, controls):
        report.remarks.append(f"Published and not in this table, as other rows lack these seeds: {', '.join(rest)}.")
    report.write()
    for name in (*OWN, *NOISED) if not params.conditions else OWN:
        path = RESULTS / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    shutil.rmtree(CONTROLS.parent, ignore_errors=True)


def _lay_out(record: Record, whole: Params, params: Params, controls: Sequence[str]) -> None:
    """The files of the table as a project has them, below the working folder."""
    runs = {(source, seed) for source in params.sources for seed in params.seeds}
    kept: dict[str, dict[str, dict[str, list[float]]]] = {}
    for target in params.target_families():
        document = record.cells[target]
        write_json(paths.cells(target), of_runs(document, runs))
        for cell in (one for one in document["cells"] if "condition" not in one):
            if cell["source"] in controls and (document["family"] in ("classification", "span", "choice")
                                               or whole.row_kind(cell["source"]) == "random"):  # fmt: skip
                figures = kept.setdefault(target, {}).setdefault(cell["language"], {})
                figures.setdefault(whole.row_kind(cell["source"]), []).append(cell["main"])
    means = {
        target: {one: {kind: round(float(np.mean(own)), 2) for kind, own in kinds.items()} for one, kinds in by.items()}
        for target, by in kept.items()
    }
    seeds = sorted({seed for source, seed in record.pairs if source in controls})
    if means:
        write_json(CONTROLS, {"profile": params.profile, "seeds": seeds, "targets": means})
    for path, curve in record.curves.items():
        if (curve["source"], curve["seed"]) in runs:
            write_json(path, curve)
    write_json(paths.INTERMEDIATE, of_runs(record.intermediate, runs))
    if record.translations:
        write_json(paths.TRANSLATIONS, record.translations)


def lead(params: Params, grid: Grid, statistics: Mapping[str, Any]) -> list[str]:
    """What has to be known before the first figure: the encoder, how many rows, and how wide the intervals are."""
    trained: dict[str, int] = {}
    for curve in grid.curves:
        if curve["stage"] == "target" and (number := (curve.get("counts") or {}).get("examples")):
            trained[curve["task"]] = max(number, trained.get(curve["task"], 0))
    clean = {target: [cell for cell in grid.documents[target]["cells"] if "condition" not in cell]
             for target in grid.targets}  # fmt: skip
    rows = {
        target: _range([cell["n"] for cell in cells if cell["source"] in grid.sources])
        for target, cells in clean.items()
    }
    wide: dict[str, float] = {}
    for row in statistics["seeds"]:
        half = (row["examples_high"] - row["examples_low"]) / 2
        wide[row["target"]] = max(half, wide.get(row["target"], 0.0))
    level = 100 * statistics["settings"]["level"]
    own = {one: f"{trained[one]:,}" for one in trained}
    seeds = f"{len(grid.seeds)} seed{'s' * (len(grid.seeds) > 1)}"
    intervals = {one: f"{wide[one]:.1f}" for one in grid.targets if one in wide}
    return [
        f"Encoder: {encoder_name(params)}. Profile {params.profile}: {data_note(grid)}. {seeds}.",
        f"English rows trained on: {_listed(own)}.",
        f"n, test rows a language (of BUCC and Tatoeba pairs): {_listed(rows)}.",
        f"Interval of a row's mean over languages, {level:.0f} % over test rows, at most ±: {_listed(intervals)}.",
    ]


def _range(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{TITLES.get(name, name)} {value}" for name, value in values.items())
