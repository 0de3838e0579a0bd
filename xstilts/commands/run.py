"""`xstilts run`: the pipeline, several stages at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xstilts.commands.keep import keep
from xstilts.commands.project import enter
from xstilts.errors import InputError, unknown
from xstilts.params.load import load
from xstilts.repair.project import repair

ENGINES = ("local",)


def run(
    targets: Annotated[
        list[str] | None, typer.Argument(metavar="[TARGETS]...", help="Stages, or patterns such as '*panx*'.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Stages at a time.", show_default=False)
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="Where stages run: local.")] = "local",
) -> None:
    """Run the pipeline as `dvc repro` does, several stages at a time.

    DVC decides what runs, and gets the same dvc.lock, cache and results in every byte. Stages run in processes that
    are warm: torch and transformers are loaded once. A stage that fails stops only what needs it. After a kill or
    Ctrl-C the same command goes on. By default there are as many stages at a time as cores for their threads.

    \b
    Examples:
      xstilts run
      xstilts run 'target-tagging@*' --jobs 4
    """
    if engine not in ENGINES:
        raise unknown("engine", engine, ENGINES, "--engine")
    enter()
    from xstilts.cluster import driver, local

    for line in repair():
        print(f"repaired: {line}", flush=True)
    count = jobs or max(1, local.usable_cores() // threads())
    result = driver.run(targets or [], count, before=keep)
    if not result.well:
        raise typer.Exit(1)


def threads() -> int:
    """How many threads a stage takes, as far as `params.yaml` says so: the stages check it themselves."""
    try:
        found = load(Path("params.yaml").read_text(encoding="utf-8"), "params.yaml")["threads"]
    except (OSError, InputError, LookupError, TypeError):
        return 1
    return found if isinstance(found, int) and found > 0 else 1
