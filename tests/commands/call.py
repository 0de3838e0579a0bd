"""The command line, called as a person does."""

from __future__ import annotations

from xstilts.commands.app import app


def call(*arguments: str) -> int:
    """The exit code of `xstilts ...`; a refusal (`InputError`, or one of Typer) is passed on."""
    code = app(list(arguments), prog_name="xstilts", standalone_mode=False)
    return code if isinstance(code, int) else 0
