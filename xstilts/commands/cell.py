"""`xstilts cell`: one cell of the table, and where it came from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from xstilts import paths
from xstilts.cells.audit import by_key, name, shown
from xstilts.cells.find import find
from xstilts.cells.pipeline import Pipeline
from xstilts.cells.rebuild import place
from xstilts.cells.show import chain, facts, figures, short, whole
from xstilts.commands.names import (
    ConditionOption,
    Language,
    Seed,
    Source,
    Target,
    check_source,
    check_target,
    chosen_seed,
)
from xstilts.commands.output import AsJson, print_json
from xstilts.commands.project import enter
from xstilts.params import Params, read_params
from xstilts.scoring.cells import Cell, Gold, label


def cell(
    source: Source,
    target: Target,
    language: Language,
    seed: Seed = None,
    condition: ConditionOption = None,
    all_files: Annotated[bool, typer.Option("--all-files", help="Show every stage, input and file of code.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one cell, and what it comes from.

    These are its scores, what they depend on, and the stages that made its model. The stored predictions are scored
    again and must give the same figures. Nothing is changed. The exit code is 1 if they give others.

    \b
    Examples:
      xstilts cell mnli xnli tr
      xstilts cell mnli xnli tr --seed 2 --all-files
      xstilts cell mnli xnli tr --condition swap-0.10
      xstilts cell none tatoeba de --json
    """
    root, params = enter(), read_params()
    check_source(params, source)
    check_target(params, target)
    number = chosen_seed(params, seed)
    found, signature = find(params.profile, source, target, language, number, condition)
    pipeline = Pipeline(root)
    stages = [*pipeline.behind(target, source), pipeline.writer(paths.cells(target))]
    selected = stages if all_files else chain(params, pipeline, stages, found, target)
    file = paths.predictions(target, source) / f"{number}.parquet"
    again = _again(params, target, found) if file.exists() else None
    records = [facts(pipeline, stage) for stage in selected]
    verdict = None if again is None else again == found
    if as_json:
        print_json(
            {
                "target": target, "profile": params.profile, "place": place(root), **found, "signature": signature,
                "predictions": {"path": file.as_posix(), "scored_again": again, "equal": verdict}, "stages": records,
            }
        )  # fmt: skip
    else:
        print(f"{name(source, target, label(found), number)}: profile {params.profile}, {place(root)}")
        print("\n".join(figures(found, signature)))
        print(f"predictions {file}, {_verdict(again, found)}")
        under = f" --condition {condition}" if condition else ""
        print(f"rebuild     xstilts rebuild {source} {target} {language} --seed {number}{under}")
        print(f"            or here: dvc repro {stages[-2].name}, then dvc repro -s {stages[-1].name}")
        _print_stages(records, len(stages), all_files)
    if verdict is False:
        raise typer.Exit(1)


def _again(params: Params, target: str, found: Cell) -> Cell:
    """The same cell from the predictions that are here."""
    gold = Gold(params, target)
    cells = by_key(gold.cells(gold.run(found["source"], found["seed"])))
    return cells[found["source"], found["seed"], label(found)]


def _verdict(again: Cell | None, found: Cell) -> str:
    if again is None:
        return "not here (`dvc checkout` or `xstilts rebuild`)"
    return f"scored again: {'equal' if again == found else f'they give {shown(again)}'}"


def _print_stages(records: list[dict[str, Any]], count: int, all_files: bool) -> None:
    if all_files:
        print(f"\n{count} stages, in the order in which they run; the last also reads the other sources")
        print("\n".join(whole(records)))
    else:
        print(f"\nfrom the model to the cell, {len(records)} of {count} stages (--all-files shows all that they read)")
        print("\n".join(short(records)))
