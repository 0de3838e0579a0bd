"""The arguments of a stage script: names and seeds of `params.yaml`. A wrong one is refused at once.

A script asks here first and imports what needs torch afterwards: a mistyped name is refused in a second.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from xstilts import arithmetic
from xstilts.errors import InputError, unknown
from xstilts.params.read import read_params
from xstilts.params.whole import Params

Known = Callable[[Params], Iterable[object]]

NAMES: dict[str, tuple[str, Known]] = {
    "download": ("what to fetch: a name under `downloads`", lambda params: params.downloads),
    "world": ("a generated world: a name under `miniature`", lambda params: params.miniature),
    "task": ("a data set: a name under `tasks`", lambda params: params.tasks),
    "translator": ("a name under `translators`", lambda params: params.translators),
    "translation": ("a translated training set: a name under `translations`", lambda params: params.translations),
    "source": ("a row of the table: a name under `sources`", lambda params: params.sources),
    "training": ("a trained target, or the training set that several share", lambda params: params.trainings()),
    "target": ("a column of the table: a name under `targets`", lambda params: params.target_families()),
    "seed": ("one of `seeds`", lambda params: params.seeds),
    "--after": ("the training whose model learns on", lambda params: params.trainings()),
}
FLAGS = {"--show": "print the table again, write nothing"}


class _Parser(argparse.ArgumentParser):
    """Refuses in the one way of this project, not in two lines of its own."""

    def error(self, message: str) -> NoReturn:
        """A missing argument, one too many, or no number."""
        raise InputError(f"{message} (`{self.prog} --help` says what is expected)")


def arguments(about: str | None, *names: str) -> tuple[Params, list[Any]]:
    """The parameters, and the values of the arguments called `names` (of `NAMES` and `FLAGS`) in that order.

    With `--help` it prints `about`, the script's docstring, and ends the process. Raises `InputError` for arguments of
    another number or kind, and for a name or seed that `params.yaml` does not have; the nearest one is suggested."""
    parser = _Parser(
        prog=f"python -m stages.{Path(sys.argv[0]).stem}", description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    for name in names:
        if name in FLAGS:
            parser.add_argument(name, action="store_true", help=FLAGS[name])
        else:
            parser.add_argument(name, type=int if name == "seed" else str, help=NAMES[name][0])
    values = list(vars(parser.parse_args()).values())
    params = read_params()
    arithmetic.choose(params.arithmetic)  # before torch is loaded
    for name, value in zip(names, values, strict=True):
        if name in NAMES and value is not None and value not in (known := list(NAMES[name][1](params))):
            what = "training" if name == "--after" else name
            raise unknown(what, str(value), map(str, known))
    return params, values
