"""The command `xstilts`: what a person types. One file here is one command, or one group of them.

Everything that a command imports at its top is light: torch, mlflow, transformers, datasets and DVC come in only after
the arguments have been checked. A command says what it found by its exit code; 1 is raised as `typer.Exit(1)`.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from xstilts.commands import (
    audit,
    benchmark,
    cell,
    changes,
    cite,
    clean,
    compare,
    doctor,
    errors,
    keep,
    new_task,
    profile,
    publish,
    pull,
    rebuild,
    runs,
    study,
    submission,
    tasks,
    ui,
)
from xstilts.commands import run as pipeline
from xstilts.errors import PIPE_CLOSED, InputError, exit_cleanly, pipe_closed, unknown
from xstilts.interrupt import INTERRUPTED

PANELS: dict[str, list[Callable[..., None]]] = {
    "The pipeline": [pipeline.run, study.study],
    "The project": [
        profile.profile,
        tasks.tasks,
        cite.cite,
        new_task.new_task,
        doctor.doctor,
        clean.clean,
        keep.keep,
        pull.pull,
        pull.push,
    ],
    "One cell, or all": [cell.cell, audit.audit, rebuild.rebuild, changes.changes, errors.errors, publish.publish],
    "Runs side by side": [ui.ui, compare.compare],
    "Questions to the MLflow view": [runs.best, runs.worst, runs.spread, runs.changed, runs.collapsed],
}
EPILOG = (
    "Exit codes: 0 all is well; 1 something differs, or a problem was found; 2 a mistake in what was given; "
    "3 bytes differ and scores agree (rebuild); "
    "130 interrupted (Ctrl-C)."
)


class Interrupted(Exception):
    """A Ctrl-C with its text, past Typer, which would drop it."""


class Commands(TyperGroup):
    """A group that names the nearest command, and ends quietly when the reader of a pipe has gone."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant; `InputError` with the nearest one if there is none."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise unknown("command", args[0], self.list_commands(ctx), ctx.command_path)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a closed pipe is no error of anyone."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise typer.Exit(PIPE_CLOSED) from None
        except KeyboardInterrupt as stop:
            raise Interrupted(*stop.args) from None


def version(asked: bool) -> None:
    """Print the version and end."""
    if asked:
        try:
            print(f"xstilts {importlib.metadata.version('xstilts')}")
        except importlib.metadata.PackageNotFoundError:
            print("xstilts, not installed: run from its folder")
        raise typer.Exit


app = typer.Typer(
    name="xstilts",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if sys.stdout.isatty() else None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)


Version = Annotated[bool, typer.Option("--version", callback=version, is_eager=True, help="Show the version.")]


@app.callback()
def _top(asked: Version = False) -> None:
    """Intermediate training and cross-lingual transfer, cell by cell: look at results, check them, make them again.

    The pipeline itself is run with `xstilts run` or `dvc repro`. Every command works in any folder of the project.
    """


for panel, functions in PANELS.items():
    for function in functions:
        app.command(function.__name__.replace("_", "-"), rich_help_panel=panel)(function)
app.add_typer(benchmark.app, name="benchmark", cls=Commands, rich_help_panel="This machine")
app.add_typer(submission.app, name="submission", cls=Commands, rich_help_panel="Submissions")


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; returns the exit code.

    Raises `InputError` for a mistake of the user, one that Typer finds too, and `KeyboardInterrupt` for Ctrl-C."""
    try:
        code = app(list(arguments), prog_name="xstilts", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:  # a missing argument, an unknown option
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "xstilts"
        raise InputError(f"{path}: {error.format_message().rstrip('.')} (`{path} --help` explains)") from None
    except BrokenPipeError:
        code = PIPE_CLOSED
    except Interrupted as stop:
        raise KeyboardInterrupt(*stop.args) from None
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name in ("", "xstilts", "stages"):
            raise
        raise InputError(
            f"the package {name} is not installed, and this command needs it: `make setup` in a clone installs all, "
            "`pip install 'xstilts[pipeline]'` elsewhere"
        ) from None
    if code == PIPE_CLOSED:
        pipe_closed()
    if code == INTERRUPTED:  # Typer makes this code of it
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def main() -> None:
    """The entry point of `xstilts` and of `python -m xstilts`."""
    exit_cleanly(lambda: sys.exit(run(sys.argv[1:])))
