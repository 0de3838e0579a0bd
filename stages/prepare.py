"""Check one data set's raw files and write them as one parquet file per split and language.

    python -m stages.prepare <task>

Training and development sets are read in English only, unless `train` or `dev` list more languages for a source that
asks for them; any other language only in the split that it is scored on."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Data, DataSet, read_params
from xstilts.records.checks import check_count, check_rows
from xstilts.records.files import read_json, write_json, write_rows, writing
from xstilts.records.prepared import SCHEMAS, Row, write_facts
from xstilts.tasks import Hub, Task, load


def prepare(task: Task, data: Data, given: DataSet, output: Path) -> None:
    """Read, check and write every needed split and language; `output` appears whole or not at all."""
    if given.layout not in task.readers:
        raise InputError(f"tasks.{task.name}.layout: found {given.layout}, expected one of: {', '.join(task.readers)}")
    check_pins(task, Path(data.raw) / task.name / "download.json")
    splits: dict[str, dict[str, dict[str, Any]]] = {}
    with writing(output) as folder:
        for split, language in needed(task, data, given):
            rows, counts = read(task, data, given, split, language)
            write_rows(folder / split / f"{language}.parquet", rows, SCHEMAS[task.family])
            splits.setdefault(split, {})[language] = counts
        benchmark = next(iter(given.benchmarks()), "xtreme")
        labels = task.read_labels(Path(data.raw) / given.raw) if task.read_labels else task.labels
        write_facts(task.facts(labels, benchmark), folder)
        write_json(folder / "counts.json", {"task": task.name, "kind": data.kind, "splits": splits})


def check_pins(task: Task, record: Path) -> None:
    """Refuse downloaded files of another revision than the task pins now; files from elsewhere have no record.

    Downloads do not depend on the task file, or every edit of a reader would fetch gigabytes again."""
    if not record.is_file():
        return
    came = [f"{one['repo']}@{one['revision']}" if "repo" in one else one["url"] for one in read_json(record)["origin"]]
    pinned = [f"{one.repo}@{one.revision}" if isinstance(one, Hub) else one.url for one in task.origin]
    if came != pinned:
        raise InputError(
            f"{record}: found files of {', '.join(came)}, expected {', '.join(pinned)}: the pins of xstilts/tasks/"
            f"{task.name}.py have changed; fetch them again with `dvc repro -f download@{task.name}`"
        )


def needed(task: Task, data: Data, given: DataSet) -> Iterator[tuple[str, str]]:
    """(split, language) pairs: English training and development sets, the evaluated splits, what those are tuned on."""
    pairs = [*(("train", language) for language in given.train), ("dev", "en")] if task.trains else []
    known = ", ".join(task.supported)
    for language in given.train if task.trains else ():
        if language not in (*task.supported, "en"):
            raise InputError(f"tasks.{task.name}.train: found '{language}', expected among: {known}")
    there = task.counts.get("dev", {})  # by language, or one number for all
    for language in given.dev:
        if isinstance(there, Mapping) and language not in there:
            raise InputError(f"tasks.{task.name}.dev: found '{language}', but {task.name} has no such development set")
        if language not in task.supported and data.kind != "generated":
            raise InputError(f"tasks.{task.name}.dev: found '{language}', expected among: {known}")
        pairs.append(("dev", language))
    for split, languages in given.evaluate.items():
        for language in task.named(languages) if isinstance(languages, str) else languages:
            if language not in task.supported and data.kind != "generated":
                raise InputError(f"tasks.{task.name}.evaluate.{split}: found '{language}', expected among: {known}")
            pairs += [(task.tunes_on, language)] if task.tunes_on else []
            pairs += [("candidates", "all")] if task.pool else []
            pairs.append((split, language))
    yield from dict.fromkeys(pairs)


def read(task: Task, data: Data, given: DataSet, split: str, language: str) -> tuple[list[Row], dict[str, Any]]:
    """The checked rows of one split and language, and what there is to count about them."""
    raw = Path(data.raw)
    rows = list(found := task.readers[given.layout](raw / given.raw, raw / given.labels, split, language))
    where = f"{task.name}/{split}/{language} (in {raw / given.raw})"
    check_rows(task.family, rows, where)
    expected = task.declared(split, language) if data.kind != "generated" else ()
    counts: Counter[str] = Counter(getattr(found, "odd", {}))
    if task.family == "retrieval":
        counts["pairs"] = sum(len(row["gold"]) for row in rows)
    size = counts["pairs"] if task.family == "retrieval" else len(rows)
    check_count(data.kind, size, expected, where)
    agreed = size if size in expected else max(expected, default=None)
    return rows, {**counts, "rows": len(rows), "declared": agreed}


def main() -> None:
    """Prepare the task named on the command line."""
    if len(sys.argv) != 2:
        raise InputError("usage: python -m stages.prepare <task>")
    params, task = read_params(), load(sys.argv[1])
    if task.name not in params.tasks:
        raise InputError(f"params.yaml: tasks has no '{task.name}'; there are: {', '.join(params.tasks)}")
    prepare(task, params.data, params.tasks[task.name], Path("data/prepared") / task.name)


if __name__ == "__main__":
    exit_cleanly(main)
