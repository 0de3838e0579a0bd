"""One way to refuse bad input: a message for a person, no traceback."""

from __future__ import annotations

import difflib
import errno
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import wraps
from pathlib import Path

from xstilts import interrupt

# what `make pull` fetches
PULLED = ("data/prepared", "data/conditions", "data/mixtures", "results/predictions", "results/curves")
MADE = (*PULLED, "models", "results")  # what `make repro` makes
PIPE_CLOSED = 141
Opens = Callable[[Path], AbstractContextManager[Path]]
WRITING = "while writing "
OUT_OF_MEMORY = ("can't allocate memory", "out of memory", "Cannot allocate memory", "bad_alloc")  # in a message
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
REASONS = {
    errno.ENOSPC: "no space left on the disk",
    errno.EDQUOT: "your quota of the disk is used up",
    errno.EFBIG: "the file would be larger than is allowed (`ulimit -f`, or the file system)",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "no permission",
    errno.EPERM: "not permitted",
    errno.EIO: "the disk failed (input/output error)",
    errno.EMFILE: "too many files are open (`ulimit -n`)",
}


class InputError(Exception):
    """Something the user gave is wrong. The text names the file, line or cell, what was found and what was expected."""


class NotFinite(InputError):
    """A number that a model has computed, or holds, is NaN or infinite: nothing that follows from it means anything."""


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

    2 for a user's mistake, a disk that takes no more, a folder that may not be written and too little memory; 130 for
    Ctrl-C, whose line says where the next run goes on if that is known: the text of the `KeyboardInterrupt`; 141,
    without a line, where the reader of a pipe has gone. A terminal that knows fewer characters gets a ? for others."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        main()
        sys.stdout.flush()
    except InputError as error:
        sys.exit(_say(f"error: {error}", 2))
    except KeyboardInterrupt as stop:
        sys.exit(_say("; ".join(("interrupted", *map(str, stop.args))), interrupt.INTERRUPTED))
    except BrokenPipeError:
        sys.exit(pipe_closed())
    except Exception as error:
        if not (reason := no_bug(error)):
            raise
        sys.exit(_say(f"error: {reason}", 2))
    finally:
        interrupt.over()


def pipe_closed() -> int:
    """Send what Python still has to write at its end nowhere; the exit code of a program whose reader has gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def out_of_memory(error: BaseException) -> bool:
    """Whether there was not enough memory; each library says it in words of its own."""
    return isinstance(error, MemoryError) or any(sign in str(error) for sign in OUT_OF_MEMORY)


def no_bug(error: BaseException) -> str:
    """A line about an error that the machine is the reason of, with the file that it met; nothing for any other."""
    text = " ".join(str(error).split())
    if out_of_memory(error):
        return f"there is not enough memory{f': {text[:200]}' if text else ''}; nothing was kept of this output"
    said = re.search(r"\(os error (\d+)\)|\[Errno (\d+)\]", text)  # safetensors and pyarrow have no number of their own
    number = error.errno if isinstance(error, OSError) and error.errno else said and int(said[1] or said[2])
    if number not in REASONS:
        return ""
    output = _output(error)
    name = output or getattr(error, "filename", None) or "output"
    written = output or name == "output" or number in FULL
    return f"{name}: {REASONS[number]}{'; nothing was kept of this output' if written else ''}"


def _output(error: BaseException) -> str:
    """The whole output that was being written when the error came, where `names_output` has left it."""
    notes = [one.removeprefix(WRITING) for one in getattr(error, "__notes__", ()) if one.startswith(WRITING)]
    return notes[-1] if notes else ""


def names_output(open_: Opens) -> Opens:
    """Note on every error the output that was being written. The error itself names a temporary file, or none."""

    @wraps(open_)
    @contextmanager
    def named(path: Path) -> Iterator[Path]:
        try:
            with open_(path) as temporary:
                yield temporary
        except Exception as error:
            error.add_note(f"{WRITING}{path}")
            raise

    return named


def _say(message: str, code: int) -> int:
    with suppress(OSError):  # nobody reads it, or it goes to the disk that is full
        print(f"xstilts: {message}", file=sys.stderr, flush=True)
    return code
