"""The warm process: it loads the heavy libraries once, and forks itself for every command.

    python -m xstilts.cluster.server FD

It loads nothing of this project that a stage loads: a fork begins with the code as it lies in the folder, as a process
that DVC starts. No thread lives in it, so that a fork is whole. FD is a socket to the driver. When its other end is
closed, as the driver has ended in whatever way, all forks are killed, with everything that they have started.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

JOB, INTERRUPT = b"j", b"i"  # what the driver sends: a command, whose own socket comes with it; Ctrl-C for all
OWN = ("stages", "xstilts")
# What trainings, evaluations and tables load. Modules of models are here for `transformers` loads them late.
HEAVY = (
    "numpy", "scipy.stats", "torch", "tokenizers", "safetensors.torch", "accelerate", "transformers",
    "transformers.models.xlm_roberta.modeling_xlm_roberta", "pyarrow.parquet", "mlflow.tracking",
    "mlflow.store.tracking.sqlalchemy_store",
)  # fmt: skip
# While they are loaded: threads of the linear algebra and of the allocator would not live on in a fork.
NO_THREADS = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
PR_SET_PDEATHSIG = 1


@dataclass
class Job:
    """A command that runs: the socket on which its end is told."""

    pid: int
    line: socket.socket


class Server:
    """Forks for commands until the driver has gone."""

    def __init__(self, control: socket.socket, heavy: tuple[str, ...]) -> None:
        self.control, self.heavy = control, heavy
        self.jobs: list[Job] = []
        self.ends, self.wake = os.pipe()
        for end in (self.ends, self.wake):
            os.set_blocking(end, False)

    def serve(self) -> dict[str, Any] | None:
        """Returns a request in the fork that is to execute it, and nothing in the server, at its end."""
        signal.set_wakeup_fd(self.wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        selector = selectors.DefaultSelector()
        selector.register(self.control, selectors.EVENT_READ)
        selector.register(self.ends, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is not self.control:
                    with suppress(BlockingIOError):
                        os.read(self.ends, 4096)
                    continue
                message, lines, *_ = socket.recv_fds(self.control, 1, 1)
                if message == JOB:
                    if request := self.start(socket.socket(fileno=lines[0])):
                        selector.close()
                        return request
                else:
                    self.signal(signal.SIGINT if message == INTERRUPT else signal.SIGKILL)
                    if not message:
                        return None
            self.reap()

    def start(self, line: socket.socket) -> dict[str, Any] | None:
        """Fork for the request that comes on this line."""
        request: dict[str, Any] = json.loads(line.makefile("rb").readline())
        if request["module"]:
            self.warm_up()
        server = os.getpid()
        if pid := os.fork():
            line.sendall(f"{pid}\n".encode())
            self.jobs.append(Job(pid, line))
            return None
        self.become_a_fork(server, line)
        return request

    def become_a_fork(self, server: int, line: socket.socket) -> None:
        """Leave everything of the server behind. A fork dies with it, also where nobody is left to see to that."""
        os.setsid()
        die_with(server)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for one in (self.control, line, *(job.line for job in self.jobs)):
            one.close()
        os.close(self.ends)
        os.close(self.wake)

    def warm_up(self) -> None:
        """Load the libraries, the first time."""
        before = dict(os.environ)
        os.environ.update({**NO_THREADS, "GIT_PYTHON_REFRESH": "quiet", **before})
        for name in self.heavy:
            importlib.import_module(name)
        os.environ.clear()
        os.environ.update(before)
        if self.heavy:
            gc.freeze()  # their pages stay shared
        self.heavy = ()

    def signal(self, number: int) -> None:
        """Send a signal to all forks and what they have started."""
        for job in self.jobs:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(job.pid, number)

    def reap(self) -> None:
        """Tell the driver of the forks that have ended. What a killed one has started ends, too."""
        for job in list(self.jobs):
            pid, status = os.waitpid(job.pid, os.WNOHANG)
            if not pid:
                continue
            code = os.waitstatus_to_exitcode(status)
            if code < 0:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)
            with suppress(OSError), job.line:
                job.line.sendall(f"{code}\n".encode())
            self.jobs.remove(job)


def die_with(parent: int) -> None:
    """From now on the system kills this process when its parent has died, in whatever way."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def execute(request: dict[str, Any]) -> NoReturn:
    """Become the command: its folder, its environment, its outputs; then a module of Python, or another program."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.chdir(request["folder"])
    if not request["module"]:
        os.execvpe(request["arguments"][0], request["arguments"], request["environment"])
    os.environ.clear()
    os.environ.update(request["environment"])
    for name in [name for name in sys.modules if name.partition(".")[0] in OWN]:
        del sys.modules[name]
    sys.path[0] = request["folder"]
    importlib.invalidate_caches()
    # `-c`: a program of ours, see xstilts/interrupt.py; not `-m`, for the driver itself keeps the copy of dvc.lock
    sys.argv = ["-c", *request["arguments"]]
    try:
        runpy.run_module(request["module"], run_name="__main__", alter_sys=True)
        leave(0)
    except SystemExit as stop:
        if stop.code is not None and not isinstance(stop.code, int):
            print(stop.code, file=sys.stderr)
        leave(stop.code if isinstance(stop.code, int) else int(stop.code is not None))
    except BaseException:
        sys.excepthook(*sys.exc_info())
        leave(1)


def leave(code: int) -> NoReturn:
    """The end of a program, but for the taking down of all that is loaded, which takes longer than many a stage."""
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as Python does
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(heavy: tuple[str, ...] = HEAVY) -> None:
    """Serve; in a fork, execute."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    request = Server(control, heavy).serve()
    if request is not None:
        execute(request)


if __name__ == "__main__":
    main()
