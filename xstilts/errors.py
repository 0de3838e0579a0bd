"""One way to refuse bad input: a message for a person, no traceback."""

from __future__ import annotations

import difflib
import errno
import sys
from collections.abc import Callable, Iterable


class InputError(Exception):
    """Something the user gave is wrong. The text names the file, line or cell, what was found and what was expected."""


def unknown(what: str, name: str, known: Iterable[str], where: str = "params.yaml") -> InputError:
    """The refusal of a name that is not there, with the nearest one that is.

    `unknown("source", "mnl", ["none", "mnli"])` says: params.yaml: unknown source 'mnl' (did you mean 'mnli'?); there
    are: none, mnli."""
    names = list(known)
    return InputError(f"{where}: unknown {what} '{name}'{near(name, names)}; there are: {', '.join(names) or 'none'}")


def near(name: str, known: Iterable[str]) -> str:
    """` (did you mean 'mnli'?)` if one of the names is like the given one, else nothing."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean '{found[0]}'?)" if found else ""


def exit_cleanly(main: Callable[[], None]) -> None:
    """Run a stage script's `main`; turn a user's mistake or a full disk into one line on stderr and exit code 2."""
    try:
        main()
    except InputError as error:
        sys.exit(_say(str(error)))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(_say(f"{error.filename or 'output'}: no space left on the disk; nothing was kept of this output"))


def _say(message: str) -> int:
    print(f"xstilts: error: {message}", file=sys.stderr)
    return 2
