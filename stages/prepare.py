"""Check one data set's raw files and write them as one parquet file per split and language.

Training and development sets are read in English only, unless `train` or `dev` list more languages for a source that
asks for them; any other language only in the split that it is scored on.

    python -m stages.prepare xnli
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Data, DataSet
from xstilts.params.arguments import arguments
from xstilts.preparation.checks import check_different, check_pins
from xstilts.preparation.cut import check_cut
from xstilts.preparation.overlaps import Overlaps, summary
from xstilts.preparation.rows import read
from xstilts.preparation.splits import needed
from xstilts.records.files import write_json, write_rows, writing
from xstilts.records.prepared import SCHEMAS, write_facts
from xstilts.tasks import Task, load


def main() -> None:
    """Prepare the task named on the command line."""
    params, (name,) = arguments(__doc__, "task")
    prepare(load(name), params.data, params.tasks[name], paths.PREPARED / name)


def prepare(task: Task, data: Data, given: DataSet, output: Path) -> None:
    """Read, check and write every needed split and language; `output` appears whole or not at all."""
    if given.layout not in task.readers:
        raise InputError(f"tasks.{task.name}.layout: found {given.layout}, expected one of: {', '.join(task.readers)}")
    check_pins(task, given.raw)
    pairs = list(needed(task, data, given))
    check_cut(task, given, list(dict.fromkeys(split for split, _ in pairs)))
    splits: dict[str, dict[str, dict[str, Any]]] = {}
    seen: dict[str, str] = {}
    overlaps = Overlaps(task.family)
    with writing(output) as folder:
        for split, language in pairs:
            rows, counts = read(task, data, given, split, language)
            seen = check_different(seen, task, split, language, rows)
            write_rows(folder / split / f"{language}.parquet", rows, SCHEMAS[task.family])
            splits.setdefault(split, {})[language] = counts
            overlaps.add(split, language, rows)
        for split, language, found in overlaps.counts(task.name):
            splits[split][language] |= found
        benchmark = next(iter(given.benchmarks()), "xtreme")
        labels = task.read_labels(Path(given.raw)) if task.read_labels else task.labels
        write_facts(task.facts(labels, benchmark), folder)
        write_json(folder / "counts.json", {"task": task.name, "kind": data.kind, "splits": splits})
    print(summary(task.name, splits))


if __name__ == "__main__":
    exit_cleanly(main)
