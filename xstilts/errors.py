"""One way to refuse bad input: a message for a person, no traceback."""

from __future__ import annotations

import difflib
import errno
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from xstilts import interrupt

PULLED = ("data/prepared", "data/mixtures", "results/predictions", "results/curves")  # what `make pull` fetches
MADE = (*PULLED, "models", "results")  # what `make repro` makes


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


def missing(path: Path, kind: str = "file") -> InputError:
    """The refusal of a file or folder that is not there, with what makes it: a stage, or for some a download, too.

    Of what lies elsewhere than the pipeline's outputs nothing can be said but that it is missing."""
    folders = ("/".join(path.parts[:2]), path.parts[0] if path.parts else "")
    made = next((folder for folder in folders if folder in MADE), None)
    hint = "; `make repro` makes it" if made else ""
    return InputError(f"{path}: {kind} not found{hint}{', `make pull` fetches it' if made in PULLED else ''}")


def exit_cleanly(main: Callable[[], None]) -> None:
    """Run a script's `main`; turn what is no bug into one line on stderr and an exit code.

    2 for a user's mistake or a full disk, 130 for Ctrl-C, whose line says where the next run goes on if that is known:
    the text of the `KeyboardInterrupt`."""
    try:
        main()
    except InputError as error:
        sys.exit(_say(f"error: {error}", 2))
    except KeyboardInterrupt as stop:
        sys.exit(_say("; ".join(("interrupted", *map(str, stop.args))), interrupt.INTERRUPTED))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        full = f"{error.filename or 'output'}: no space left on the disk; nothing was kept of this output"
        sys.exit(_say(f"error: {full}", 2))
    finally:
        interrupt.over()


def _say(message: str, code: int) -> int:
    print(f"xstilts: {message}", file=sys.stderr)
    return code
