"""The engine of one machine: commands run in forks of one warm process."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from xstilts.cluster import server
from xstilts.cluster.bookkeeping import LOGS, Command

OURS = re.compile(r"python -m (stages\.\w+)((?: +[\w@./:=+,%-]+)*)")  # no word that a shell would change
GRACE = 10.0  # seconds for a stage to save its state after Ctrl-C
LOST = -signal.SIGKILL


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Local:
    """Executes commands, several at once if several threads ask. The warm process starts with the first one."""

    def __init__(self, heavy: tuple[str, ...] = server.HEAVY) -> None:
        self.started: Callable[[str], None] = lambda stage: None  # called with a stage whose command starts
        self._heavy = heavy
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._over = False
        self._started: set[int] = set()  # process numbers of what runs

    def __call__(self, command: Command) -> int:
        """The exit code; negative for a signal, as `subprocess` has it."""
        self.started(command.stage)
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                if not self._send(server.JOB, theirs):
                    return LOST
            answers = ours.makefile("rb")
            pid = code = b""
            with suppress(OSError):  # the warm process has ended
                ours.sendall(json.dumps(_request(command)).encode() + b"\n")
                pid = answers.readline()
                self._started.add(int(pid or 0))
                code = answers.readline()
            self._started.discard(int(pid or 0))
            if pid and not code:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(int(pid), signal.SIGKILL)
        return int(code) if code else LOST

    def interrupt(self) -> None:
        """Ctrl-C for all that runs: time to save a state, then the end. Nothing is started any more."""
        self._over = True
        if self._started and self._send(server.INTERRUPT):
            timer = threading.Timer(GRACE, self.close)
            timer.daemon = True
            timer.start()
        else:
            self.close()

    def close(self) -> None:
        """End the warm process, and with it all that still runs."""
        with self._lock:
            self._over = True
            if self._control:
                self._control.close()
            if self._server:
                try:
                    self._server.wait(2)
                except subprocess.TimeoutExpired:  # it still loads its libraries
                    self._server.kill()
                    self._server.wait()

    def _send(self, message: bytes, line: socket.socket | None = None) -> bool:
        """Whether the warm process could be told; one that was killed is started again."""
        with self._lock:
            for _ in range(2):
                if self._over and message == server.JOB:
                    return False
                try:
                    control = self._running()
                    socket.send_fds(control, [message], [line.fileno()] if line else [])
                    return True
                except OSError:
                    self._control = None
            return False

    def _running(self) -> socket.socket:
        if self._control and self._server and self._server.poll() is None:
            return self._control
        ours, theirs = socket.socketpair()
        LOGS.mkdir(parents=True, exist_ok=True)
        program = f"from xstilts.cluster.server import main; main({self._heavy!r})"
        with theirs, (LOGS / "warm.log").open("wb") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-c", program, str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        self._control = ours
        return ours


def _request(command: Command) -> dict[str, object]:
    """What the warm process is told: a module of `stages/` to run itself, else the program that DVC would start."""
    ours = OURS.fullmatch(command.text.strip())
    path = f"{Path(sys.executable).parent}{os.pathsep}{command.environment.get('PATH', '')}"
    return {
        "module": ours and ours[1],
        "arguments": ours[2].split() if ours else list(command.shell),
        "folder": command.folder,
        "environment": {**command.environment, "PATH": path},
        "log": str(command.log.absolute()),
    }


def last_lines(log: Path, most: int = 12) -> list[str]:
    """The end of a stage's output; of a progress bar its last state."""
    try:
        text = log.read_bytes()[-20_000:].decode("utf-8", errors="replace")
    except OSError:
        return []
    lines = [line.rpartition("\r")[2].rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    return [line for line in lines if line][-most:]
