"""Publish a run: its record is joined with what is published, and all tables are made from both."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.cells.pipeline import Pipeline
from xstilts.encoders.conversion import sha256
from xstilts.errors import InputError
from xstilts.params import Params, read_params
from xstilts.publication import record as records
from xstilts.publication.gather import gather, parts, units
from xstilts.publication.merge import merged
from xstilts.publication.record import Recipes, Record
from xstilts.publication.views import made
from xstilts.records.files import writing
from xstilts.records.kept import files
from xstilts.report.figures.grid import encoder_name
from xstilts.scoring.cells import Gold, label


def publish(root: Path, folder: Path, known: Mapping[str, Any], replacing: bool = False) -> list[str]:
    """Put the finished rows of the present run into a folder. Returns what to say: of each row that is not finished,
    and what is there now. `known`: what only the one who ran it knows (minutes, memory, disk)."""
    record, lines = joined(root, folder, known, replacing)
    with writing(folder) as temporary:
        temporary.mkdir()
        records.write(record, about(record), temporary)
        stored = records.read(temporary)  # tables are made from what audit finds, in its order of languages
        with made(stored, folder) as views:
            for name in files(views):
                (temporary / name).parent.mkdir(parents=True, exist_ok=True)
                (temporary / name).write_bytes((views / name).read_bytes())
    pairs = sorted(f"{source} (seed {seed})" for source, seed in record.pairs)
    return [*lines, f"{folder}: {len(pairs)} runs, {len(record.cells)} targets: {', '.join(pairs)}"]


def joined(root: Path, folder: Path, known: Mapping[str, Any], replacing: bool = False) -> tuple[Record, list[str]]:
    """The finished rows of the present run, and those that lie in a folder already; a line for each unfinished row."""
    params = read_params()
    asked = [f"{source}/{seed}" for source in params.sources for seed in params.seeds]
    run = {"profile": params.profile, "commit": _commit(), "encoder": _encoder(params), "asked": asked, **known}
    new, lines = gather(params, root, run)
    if not new.pairs:
        raise InputError(f"found no finished row, expected one at least: {'; '.join(lines)}")
    old = records.read(folder) if (folder / "about.json").exists() else Record({}, {}, [])
    return merged(old, new, folder, replacing), lines


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _encoder(params: Params) -> dict[str, Any]:
    """Which encoder it is, and the hashes of its files as far as they are here."""
    own = params.backbone
    found = [path for path in sorted(paths.BACKBONE.glob("*")) if path.is_file()]
    hashes = {path.name: sha256(path) for path in found}
    named = {"name": encoder_name(params), "kind": own.kind, "repo": own.repo, "revision": own.revision}
    return {**named, "files": hashes}


def about(record: Record) -> dict[str, Any]:
    """What the record is of, beside its recipes and runs: the machines, and how many rows were scored."""
    curves = [curve["made"] for _, curve in sorted(record.curves.items()) if curve.get("made")]
    n = {
        target: {cell["language"]: cell["n"] for cell in document["cells"] if "condition" not in cell}
        for target, document in record.cells.items()
    }
    return {
        "profile": record.params["profile"], "data": record.params.get("data", {}).get("kind", "full"), "n": n,
        "seeds": record.params["seeds"],
        "machines": [one for number, one in enumerate(curves) if one not in curves[:number]],
    }  # fmt: skip


def audit(root: Path, folder: Path) -> Iterator[tuple[str, int, int, list[str]]]:
    """(what, looked at, equal, problems) of a published folder.

    Its tables and pages are made again from its record. Its scores are scored again where the predictions of the same
    recipes and data are there; where they are not, a part without anything looked at says so."""
    record = records.read(folder)
    problems, names = list[str](), list[Path]()
    try:
        with made(record, folder) as views:
            names = [*files(views)]
            problems = [*_changed(folder, views, names)]
    except InputError as error:
        problems = [str(error)]
    yield f"{folder} tables", len(names), len(names) - len(problems) if names else 0, problems
    yield _scores(record, root, folder)


def _changed(folder: Path, views: Path, names: Iterable[Path]) -> Iterator[str]:
    for name in names:
        if not (folder / name).is_file() or (folder / name).read_bytes() != (views / name).read_bytes():
            yield f"{folder / name}: not what its cells give (make it again with `xstilts publish`)"


def _scores(record: Record, root: Path, folder: Path) -> tuple[str, int, int, list[str]]:
    params, what = read_params(), f"{folder} cells"
    if params.profile != record.params["profile"]:
        return what, 0, 0, []
    checked, problems, pipeline = 0, list[str](), Pipeline(root)
    for target, document in record.cells.items():
        if target not in params.target_families():
            continue
        gold: Gold | None = None
        for source in dict.fromkeys(cell["source"] for cell in document["cells"]):
            seeds = sorted({cell["seed"] for cell in document["cells"] if cell["source"] == source})
            here = [seed for seed in seeds if (paths.predictions(target, source) / f"{seed}.parquet").exists()]
            if source not in params.sources or not here:
                continue
            if not _same(record.recipes, parts(params, pipeline, target, source)):
                continue
            gold = gold or Gold(params, target)
            kept = units(params, target, [(source, seed) for seed in here])
            for seed in here:
                stored = {label(cell): cell for cell in document["cells"]
                          if (cell["source"], cell["seed"]) == (source, seed)}  # fmt: skip
                for cell in gold.cells(gold.run(source, seed)):
                    checked += 1
                    key = (source, seed, label(cell))
                    if stored.get(label(cell)) != cell or record.units[target].get(key) != kept.get(key):
                        where = f"{target}/{label(cell)} from {source}, seed {seed}"
                        problems.append(f"{folder}: {where}: not what the predictions give ({cell['main']})")
    return what, checked, checked - len(problems), problems


def _same(published: Recipes, here: Recipes) -> bool:
    """Whether the present run is one of the published recipes: only then do its predictions say anything of them."""
    return bool(here) and all(published.get(part) == own for part, own in here.items())
