"""`xstilts rebuild`: make a cell, or the whole table, again in a clean clone and compare every hash."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from xstilts import paths
from xstilts.cells.audit import by_key, name
from xstilts.cells.compare import Difference, compare
from xstilts.cells.find import find
from xstilts.cells.judge import Known, Verdict, machines, this_machine, worst
from xstilts.cells.pipeline import Pipeline
from xstilts.cells.rebuild import cloned, place, refuse_changes
from xstilts.commands.names import (
    ConditionOption,
    MaybeLanguage,
    MaybeSource,
    MaybeTarget,
    Seed,
    check_source,
    check_target,
    chosen_seed,
)
from xstilts.commands.output import print_first
from xstilts.commands.project import enter
from xstilts.errors import InputError
from xstilts.params import Params, read_params
from xstilts.records.files import read_json
from xstilts.report.figures.grid import in_order
from xstilts.scoring.cells import label


def rebuild(
    source: MaybeSource = None,
    target: MaybeTarget = None,
    language: MaybeLanguage = None,
    seed: Seed = None,
    condition: ConditionOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Every stage and cell instead of one cell.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the clone where it is.")] = False,
) -> None:
    """Make a cell again in a clean clone; compare every hash.

    The stages behind it run in a clone of HEAD with an empty cache. The first stage whose command, parameters,
    code, inputs or outputs are not those of dvc.lock is named. Nothing in the project is changed. The exit code is
    3 if bytes differ and the scores agree, and 1 if a score differs. A score agrees if it lies within the stored
    score's interval over examples, or between the seeds.

    \b
    Examples:
      xstilts rebuild mnli xnli tr
      xstilts rebuild mnli xnli tr --seed 2 --keep
      xstilts rebuild --all
    """
    if everything and (source or target or language or condition or seed is not None):
        raise InputError("--all is about every cell: give no source, target, language, seed or condition")
    if everything:
        verdict = rebuild_all(enter(), keep)
    elif source and target and language:
        verdict = rebuild_one(enter(), source, target, language, seed, keep, condition)
    else:
        raise InputError("give SOURCE, TARGET and LANG of a cell, or --all (`xstilts rebuild --help` explains)")
    print(f"verdict: {verdict.text}")
    if verdict.value:
        raise typer.Exit(verdict.value)


def rebuild_one(
    root: Path, source: str, target: str, language: str, seed: int | None, keep: bool = False,
    condition: str | None = None,
) -> Verdict:  # fmt: skip
    """Run the stages behind the predictions of a cell in a clean clone, compare their hashes and the cell's score."""
    params = read_params()
    check_source(params, source)
    check_target(params, target)
    cell, _ = find(params.profile, source, target, language, chosen_seed(params, seed), condition)
    refuse_changes(root)
    pipeline = Pipeline(root)
    stages = pipeline.behind(target, source)
    print(f"{name(source, target, label(cell), cell['seed'])}: {len(stages)} stages of {place(root)} in a clean clone")
    promise(params)
    start = time.monotonic()
    with cloned(root, keep) as clone:
        clone.lend(pipeline, root, stages)
        lock = clone.run(stages)
        different = compare([stage.name for stage in stages], pipeline.lock, lock)
        found = by_key(clone.cells(target, source))
    report(len(stages), different, time.monotonic() - start)
    key = (source, cell["seed"], label(cell))
    stored = by_key(read_json(paths.cells(target))["cells"])
    verdict, line = Known.read().judge_one(target, key, stored, found.get(key))
    print(f"cell: {line}")
    return worst([verdict, Verdict.BYTES if different else Verdict.EQUAL])


def rebuild_all(root: Path, keep: bool = False) -> Verdict:
    """Run every stage in a clean clone; compare all hashes, and the cells one by one."""
    refuse_changes(root)
    params, pipeline = read_params(), Pipeline(root)
    stages, known, verdicts = list(pipeline.stages.values()), Known.read(), list[tuple[Verdict, str]]()
    print(f"all {len(stages)} stages of {place(root)} in a clean clone")
    promise(params)
    start = time.monotonic()
    with cloned(root, keep) as clone:
        clone.lend(pipeline, root, stages)
        lock = clone.run(stages)
        different = compare(pipeline.stages, pipeline.lock, lock)
        for target in in_order(params):
            stored, again = (by_key(read_json(at / paths.cells(target))["cells"]) for at in (root, clone.folder))
            verdicts += known.judge(target, stored, again)
    report(len(stages), different, time.monotonic() - start)
    counts = {kind: sum(verdict is kind for verdict, _ in verdicts) for kind in Verdict}
    print(f"cells checked {len(verdicts)}: " + ", ".join(f"{kind.text} {count}" for kind, count in counts.items()))
    for kind in (Verdict.SCORES, Verdict.BYTES):
        print_first([line for verdict, line in verdicts if verdict is kind])
    return worst([*(verdict for verdict, _ in verdicts), Verdict.BYTES if different else Verdict.EQUAL])


def promise(params: Params) -> None:
    """Say first where equal bytes are not promised: on another kind of machine than the results were made on."""
    if found := this_machine(params.arithmetic, machines()):
        print(f"the same bytes are not promised here, so the scores are judged: {'; '.join(found)}")


def report(count: int, different: Mapping[str, Sequence[Difference]], seconds: float) -> None:
    """Say how many stages came out as dvc.lock has them, and which is the first that did not."""
    print(f"stages checked {count}, stages equal {count - len(different)}, {seconds:.0f} s")
    if different:
        first, *others = different
        print(f"first that differs: {first}")
        print_first([one.text() for one in different[first]])
        if all(one.kind != "output" for one in different[first]):
            print("  (its outputs are equal all the same)")
        if others:
            print(f"after it: {', '.join(others)}")
