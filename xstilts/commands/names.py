"""Names that are given on the command line: checked against params.yaml, completed by the shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from xstilts.commands.project import enter
from xstilts.errors import InputError, unknown
from xstilts.params import Params, read_params


def check_source(params: Params, name: str) -> None:
    """Refuse a source that params.yaml does not have, with the nearest one."""
    if name not in params.sources:
        raise unknown("source", name, params.sources)


def check_target(params: Params, name: str) -> None:
    """Refuse a target that params.yaml does not have, with the nearest one."""
    if name not in params.target_families():
        raise unknown("target", name, params.target_families())


def chosen_seed(params: Params, seed: int | None) -> int:
    """The seed that is given, or the first of params.yaml; `InputError` for another."""
    if seed is None:
        return params.seeds[0]
    if seed not in params.seeds:
        raise InputError(f"params.yaml: unknown seed {seed}; there are: {', '.join(map(str, params.seeds))}")
    return seed


def _complete(names: Callable[[Params], list[str]]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        try:
            enter()
            return [name for name in names(read_params()) if name.startswith(incomplete)]
        except InputError:  # a shell that completes a word has no place for an error
            return []

    return complete


complete_sources = _complete(lambda params: [*params.sources])
_targets = _complete(lambda params: [*params.target_families()])
_source, _target = "A source of params.yaml: a row.", "A target of params.yaml: a column."
Source = Annotated[str, typer.Argument(metavar="SOURCE", help=_source, autocompletion=complete_sources)]
Target = Annotated[str, typer.Argument(metavar="TARGET", help=_target, autocompletion=_targets)]
MaybeSource = Annotated[str | None, typer.Argument(metavar="SOURCE", help=_source, autocompletion=complete_sources)]
MaybeTarget = Annotated[str | None, typer.Argument(metavar="TARGET", help=_target, autocompletion=_targets)]
TargetOption = Annotated[str | None, typer.Option("--target", help="Of this target alone.", autocompletion=_targets)]
Language = Annotated[str, typer.Argument(metavar="LANG", help="A language in which the target is scored, such as sw.")]
MaybeLanguage = Annotated[str | None, typer.Argument(metavar="LANG", help="A language of the target.")]
_condition = "A condition of the test set, such as swap-0.10; the clean set if not given."
ConditionOption = Annotated[str | None, typer.Option("--condition", help=_condition)]
Seed = Annotated[int | None, typer.Option("--seed", help="One of params.yaml; the first of them if not given.")]
