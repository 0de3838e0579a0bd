"""Ctrl-C in a program of this project. It imports next to nothing: it is what a program does first."""

from __future__ import annotations

import os
import signal
import sys

INTERRUPTED = 130  # the exit code
TYPE_CHECKING = False  # that of `typing` takes time to import
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import NoReturn


def begin() -> None:
    """See to Ctrl-C if this is a program of ours (`python -m` or `-c`, `xstilts`), not one that imports us."""
    if sys.argv[0] in ("-m", "-c") or os.path.basename(sys.argv[0]) == "xstilts":
        at_interrupt()


def at_interrupt() -> None:
    """For a program, before its imports: from now on a Ctrl-C is one line and exit code 130, whatever is going on.

    It is a `KeyboardInterrupt`, so that a block can end in order. But while something is being imported, when the
    program is over, and at the second one the process ends at once, as by a kill: a library could swallow an
    exception, or show it."""
    signal.signal(signal.SIGINT, _interrupt)
    sys.excepthook = _uncaught


def _interrupt(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, _at_once)
    while frame and not frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    if frame:
        _at_once()
    raise KeyboardInterrupt


def over() -> None:
    """The program is over: what is left is Python's own end, where an exception is of no use."""
    if signal.getsignal(signal.SIGINT) is _interrupt:
        signal.signal(signal.SIGINT, _at_once)


def _at_once(*_: object) -> NoReturn:
    os.write(2, b"xstilts: interrupted\n")
    os._exit(INTERRUPTED)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if kind is KeyboardInterrupt:
        _at_once()
    sys.__excepthook__(kind, error, trace)
