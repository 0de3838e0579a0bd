"""`xstilts run`: the pipeline, several stages at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xstilts.commands.keep import keep
from xstilts.commands.project import enter
from xstilts.errors import InputError, unknown
from xstilts.params.load import load
from xstilts.repair.project import repair

if TYPE_CHECKING:
    from xstilts.cluster import driver

ENGINES = ("local", "ray")


def run(
    targets: Annotated[
        list[str] | None, typer.Argument(metavar="[TARGETS]...", help="Stages, or patterns such as '*panx*'.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Stages at a time.", show_default=False)
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="Where stages run: local, or ray.")] = "local",
    remote: Annotated[
        str | None, typer.Option("--remote", help="Ray: the DVC remote, where nodes see no common cache.")
    ] = None,
    folder: Annotated[
        str | None, typer.Option("--folder", help="Ray: where nodes make their clones; else a temporary folder.")
    ] = None,
) -> None:
    """Run the pipeline as `dvc repro` does, several stages at a time.

    DVC decides what runs, and gets the same dvc.lock, cache and results in every byte. Stages run in processes that
    are warm: torch and transformers are loaded once. A stage that fails stops only what needs it. After a kill or
    Ctrl-C the same command goes on. By default there are as many stages at a time as cores for their threads.

    With --engine ray, stages of a source run on the nodes of a Ray cluster (RAY_ADDRESS, else this machine alone), all
    others here. The files must be committed. The page docs/cluster.md says more.

    \b
    Examples:
      xstilts run
      xstilts run 'target-tagging@*' --jobs 4
      xstilts run --engine ray
    """
    if engine not in ENGINES:
        raise unknown("engine", engine, ENGINES, "--engine")
    if engine == "local" and (remote or folder):
        raise InputError(f"{'--remote' if remote else '--folder'}: expected only with --engine ray")
    enter()
    from xstilts.cluster import driver, local

    for line in repair():
        print(f"repaired: {line}", flush=True)
    count = jobs or max(1, local.usable_cores() // threads())
    other = on_ray(remote, folder) if engine == "ray" else None
    result = driver.run(targets or [], count, before=keep, other=other)
    if not result.well:
        raise typer.Exit(1)


def on_ray(remote: str | None, folder: str | None) -> driver.Other:
    """An engine of Ray, which starts when it is clear what is to be done."""
    from xstilts.cluster.elsewhere import Elsewhere
    from xstilts.cluster.on_ray import Ray

    return lambda books, local, progress: Elsewhere(books, local, progress, Ray, remote, folder, threads())


def threads() -> int:
    """How many threads a stage takes, as far as `params.yaml` says so: the stages check it themselves."""
    try:
        found = load(Path("params.yaml").read_text(encoding="utf-8"), "params.yaml")["threads"]
    except (OSError, InputError, LookupError, TypeError):
        return 1
    return found if isinstance(found, int) and found > 0 else 1
