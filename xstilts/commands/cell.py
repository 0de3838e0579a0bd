"""What `python -m xstilts.commands.cell_script` does, each command printing as it goes; they return whether all was equal."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.cells.audit import Audit, audit, by_key, name, shown
from xstilts.cells.compare import Difference, compare
from xstilts.cells.pipeline import Pipeline
from xstilts.cells.rebuild import changed_files, cloned, git, refuse_changes
from xstilts.cells.show import figures, is_code, lineage
from xstilts.errors import InputError
from xstilts.params import Params, read_params
from xstilts.records.results import read_cells
from xstilts.report.figures.grid import in_order
from xstilts.scoring.cells import Cell, Gold

SHOWN = 10  # problems or differences of one kind that are printed


def find(params: Params, source: str, target: str, language: str, seed: int | None) -> tuple[Cell, dict[str, Any]]:
    """A cell of `results/cells`, and the signature of its target. Raises `InputError` for what is not there."""
    params.source(source)
    if target not in params.target_families():
        raise InputError(f"params.yaml: unknown target '{target}'; there are: {', '.join(params.target_families())}")
    seed = params.seeds[0] if seed is None else seed
    if seed not in params.seeds:
        raise InputError(f"params.yaml: unknown seed {seed}; there are: {', '.join(map(str, params.seeds))}")
    document = read_cells(paths.cells(target))
    if language not in document["languages"]:
        raise InputError(f"{target}: unknown language '{language}'; there are: {', '.join(document['languages'])}")
    cells = by_key(document["cells"])
    if (source, seed, language) not in cells:
        raise InputError(f"{paths.cells(target)}: {name(source, target, language, seed)} is missing (run `dvc repro`)")
    return cells[source, seed, language], document["signature"]


def show_one(root: Path, source: str, target: str, language: str, seed: int | None) -> bool:
    """Print a cell and all that it comes from; True unless predictions that are here give other scores."""
    params = read_params()
    cell, signature = find(params, source, target, language, seed)
    pipeline = Pipeline(root)
    stages = [*pipeline.behind(target, source), pipeline.writer(paths.cells(target))]
    file = paths.predictions(target, source) / f"{cell['seed']}.parquet"
    print(f"{name(source, target, language, cell['seed'])}: profile {params.profile}, {place(root)}")
    print("\n".join(figures(cell, signature)))
    again: Cell | None = None
    if file.exists():
        gold = Gold(params, target)
        again = by_key(gold.cells(gold.run(source, cell["seed"])))[source, cell["seed"], language]
    there = "not here (`dvc checkout` or rebuild)" if again is None else "scored again: "
    verdict = "" if again is None else "equal" if again == cell else f"they give {shown(again)}"
    print(f"predictions {file}, {there}{verdict}")
    print(
        f"rebuild     python -m xstilts.commands.cell_script {source} {target} {language} --seed {cell['seed']} --rebuild"
    )
    print(f"            or here: dvc repro {stages[-2].name}, then dvc repro -s {stages[-1].name}")
    print(f"\n{len(stages)} stages, in the order in which they run; the last also reads the other sources")
    print("\n".join(lineage(pipeline, stages)))
    return again in (None, cell)


def rebuild_one(root: Path, source: str, target: str, language: str, seed: int | None, keep: bool = False) -> bool:
    """Run the stages behind the predictions of a cell in a clean clone, compare their hashes and the cell's score."""
    refuse_changes(root)
    params = read_params()
    cell, _ = find(params, source, target, language, seed)
    pipeline = Pipeline(root)
    stages = pipeline.behind(target, source)
    print(f"{name(source, target, language, cell['seed'])}: {len(stages)} stages of {place(root)} in a clean clone")
    start = time.monotonic()
    with cloned(root, keep) as clone:
        clone.lend(pipeline, root, stages)
        lock = clone.run(stages)
        different = compare([stage.name for stage in stages], pipeline.lock, lock)
        again = by_key(clone.cells(target, source)).get((source, cell["seed"], language))
    report(len(stages), different, time.monotonic() - start)
    print(f"cell: {'equal' if again == cell else 'different'}; results has {shown(cell)}, rebuilt {shown(again)}")
    return again == cell and not different


def audit_all(root: Path) -> bool:
    """Score every stored prediction again and write the tables again; compare both with the results."""
    params, pipeline = read_params(), Pipeline(root)
    print(f"predictions, cells and tables of {place(root)}, profile {params.profile}; nothing is trained")
    cells, problems = Audit(), list[str]()
    for what, found in audit(params):
        kind = "lines" if what.startswith("results/") else "cells"
        found.problems += moved(pipeline, what) if what in params.target_families() else []
        print(f"{what:20} {kind} {found.checked:6}, equal {found.equal:6}", flush=True)
        problems += found.problems
        if kind == "cells":
            cells.checked, cells.equal = cells.checked + found.checked, cells.equal + found.equal
    print(f"cells checked {cells.checked}, cells equal {cells.equal}")
    say(problems)
    return not problems


def moved(pipeline: Pipeline, target: str) -> list[str]:
    """Predictions, gold and cells of a target that are not those of dvc.lock, whatever their score."""
    stage = pipeline.writer(paths.cells(target))
    states = {path: pipeline.state(stage.name, path) for path in (*stage.deps, *stage.outs) if not is_code(path)}
    return [f"{path}: {state}, compared with dvc.lock" for path, state in states.items() if state != "as locked"]


def rebuild_all(root: Path, keep: bool = False) -> bool:
    """Run every stage in a clean clone; compare all hashes, and the cells one by one."""
    refuse_changes(root)
    params, pipeline = read_params(), Pipeline(root)
    stages, cells = list(pipeline.stages.values()), Audit()
    print(f"all {len(stages)} stages of {place(root)} in a clean clone")
    start = time.monotonic()
    with cloned(root, keep) as clone:
        clone.lend(pipeline, root, stages)
        lock = clone.run(stages)
        different = compare(pipeline.stages, pipeline.lock, lock)
        for target in in_order(params):
            stored, again = (by_key(read_cells(at / paths.cells(target))["cells"]) for at in (root, clone.folder))
            cells.add(target, stored, again)
    report(len(stages), different, time.monotonic() - start)
    print(f"cells checked {cells.checked}, cells equal {cells.equal}")
    say(cells.problems)
    return not different and not cells.problems


def report(count: int, different: Mapping[str, Sequence[Difference]], seconds: float) -> None:
    """Say how many stages came out as dvc.lock has them, and which is the first that did not."""
    print(f"stages checked {count}, stages equal {count - len(different)}, {seconds:.0f} s")
    if different:
        first, *others = different
        print(f"first that differs: {first}")
        say([one.text() for one in different[first]])
        if all(one.kind != "output" for one in different[first]):
            print("  (its outputs are equal all the same)")
        if others:
            print(f"after it: {', '.join(others)}")


def say(problems: Sequence[str]) -> None:
    """Print the first of many."""
    for problem in problems[:SHOWN]:
        print(f"  {problem}")
    if len(problems) > SHOWN:
        print(f"  and {len(problems) - SHOWN} more")


def place(root: Path) -> str:
    """The commit, and whether what lies here is still that commit."""
    changed = len(changed_files(root))
    here = f", {changed} changed file{'s' * (changed > 1)} here" if changed else ""
    return f"HEAD {git(root, 'rev-parse', '--short', 'HEAD').strip()}{here}"
