"""What happens on a machine of the cluster for one part: a clone of the commit, and a program in it that is watched.

This file is sent there as it is: it imports nothing but Python's own library. The program in the clone is
`xstilts/cluster/part.py`, with the code of the commit.
"""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

GRACE = 20.0  # seconds for the program to end after Ctrl-C: its stages save their state
PATIENCE = 60.0  # seconds for another process to leave the clone: one that is being killed, or has lost the network
FAILED = 3  # exit code of the program after a stage has failed
Event = dict[str, Any]
ASKED = ("stages", "remote", "versions", "processes")  # what the program is told of a request


class Broken(Exception):
    """The part cannot be begun here, or its program has died. The text says why."""


def work(request: Mapping[str, Any], bundle: bytes) -> Generator[Event, None, None]:
    """Execute one part; gives what happens, as it happens. Raises `Broken` where a machine, not a stage, is at fault.

    The clone is removed when all is well, else it stays with the saved states of its trainings, and the next try in
    the same folder goes on from them."""
    folder = home(request)
    folder.mkdir(parents=True, exist_ok=True)
    yield {"host": socket.gethostname(), "folder": str(folder)}
    with locked(folder / f"{request['part']}.lock") as lock:
        see(request)
        clone = folder / request["part"]
        prepare(clone, request, bundle)
        well = yield from run(clone, request, lock)
        if well:
            shutil.rmtree(clone, ignore_errors=True)


def home(request: Mapping[str, Any]) -> Path:
    """The folder of the project's clones on this machine."""
    base = Path(request["folder"] or own())
    if not request["folder"]:
        base.mkdir(mode=0o700, exist_ok=True)
        if base.is_symlink() or base.stat().st_uid != os.getuid():
            raise Broken(f"{base} belongs to somebody else; use --folder, or another TMPDIR")
    return base / str(request["project"])


def own() -> Path:
    """A temporary folder of this user, for all projects."""
    return Path(tempfile.gettempdir(), f"xstilts-{getpass.getuser()}")


@contextlib.contextmanager
def locked(file: Path) -> Iterator[int]:
    """A lock that ends with the last process that holds it: the program in the clone holds it, too, so nobody works in
    a clone while an old program lives."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise Broken(f"another process still works in {file.with_suffix('')}") from None
                time.sleep(0.2)
        yield handle
    finally:
        os.close(handle)


def see(request: Mapping[str, Any]) -> None:
    """The cache has to be that of the driver, not another folder of the same name."""
    if request["token"] and not os.path.exists(request["token"]):
        cache = os.path.dirname(request["token"])
        raise Broken(f"does not see the DVC cache {cache}: put it on a disk that all nodes share, or use --remote")


def prepare(clone: Path, request: Mapping[str, Any], bundle: bytes) -> None:
    """A clone of the commit, with the settings and the lock of the driver. Locks that a killed program has left go, as
    nobody else is here."""
    git = ["git", "-C", str(clone)]
    for attempt in range(2):
        clone.mkdir(parents=True, exist_ok=True)
        for left in (
            ".git/index.lock",
            ".git/HEAD.lock",
            ".dvc/tmp/lock",
            ".dvc/tmp/rwlock",
            ".dvc/tmp/rwlock.lock",
            ".xstilts/dvc.lock",
        ):
            (clone / left).unlink(missing_ok=True)
        sent = clone.with_name(f"{clone.name}.bundle")
        sent.write_bytes(bundle)
        try:
            call(["git", "init", "--quiet", str(clone)])
            call([*git, "fetch", "--quiet", "--no-tags", str(sent), "HEAD"])
            call([*git, "checkout", "--quiet", "--force", "--detach", request["commit"]])
            break
        except Broken:
            if attempt:
                raise
            shutil.rmtree(clone, ignore_errors=True)
        finally:
            sent.unlink(missing_ok=True)
    config = {name: dict(values) for name, values in request["config"].items()}
    config.setdefault("core", {}).update(
        site_cache_dir=str(own() / "site"),
        analytics="false", check_update="false",
    )  # fmt: skip
    config.setdefault("cache", {}).setdefault("dir", str(clone.parent / "cache"))
    text = "".join(
        f"[{name}]\n" + "".join(f"    {key} = {value}\n" for key, value in values.items())
        for name, values in config.items()
    )
    private = os.open(clone / ".dvc/config.local", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(private, "w", encoding="utf-8") as file:
        file.write(text)
    (clone / "dvc.lock").write_text(request["lock"], encoding="utf-8")


def call(command: list[str]) -> None:
    """Run a program that has to succeed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(command, env=kept, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise Broken(f"{' '.join(command[:4])}: {done.stderr.strip()[-300:]}")


def run(clone: Path, request: Mapping[str, Any], lock: int) -> Generator[Event, None, bool]:
    """Run the part's program; gives its events, and returns whether all was well. It never outlives this process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DVC_", "GIT_"))}
    kept = {name: value for name, value in kept.items() if name not in request["drop"]}
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{kept.get('PATH', '')}"
    asked = clone / ".xstilts" / "part.json"
    asked.parent.mkdir(exist_ok=True)
    asked.write_text(
        json.dumps({**{name: request[name] for name in ASKED}, "parent": os.getpid()}),
        encoding="utf-8",
    )
    with (clone / ".xstilts" / "part.err").open("w+b") as said, subprocess.Popen(
        [sys.executable, "-m", "xstilts.cluster.part", str(asked)], cwd=clone, env={**kept, "PATH": path},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, pass_fds=[lock], start_new_session=True,
    ) as process:  # fmt: skip
        try:
            for line in lines(process):
                yield json.loads(line)
            code = process.wait()
        except BaseException:  # Ctrl-C from the driver, which has come as an exception, or nobody listens any more
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
            raise
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        if code not in (0, FAILED):
            said.seek(0)
            end = [line for line in said.read().decode(errors="replace").splitlines() if line.strip()][-3:]
            raise Broken(f"its program ended with {code}: {' '.join(end) or 'it said nothing'}")
    return code == 0


def lines(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """The lines that a program prints, each as soon as it is whole. It waits in short steps: an exception that Ray
    raises in this thread has to find it awake."""
    assert process.stdout is not None
    pipe, left = process.stdout.fileno(), b""
    while True:
        if not select.select([pipe], [], [], 0.5)[0]:
            continue
        if not (read := os.read(pipe, 1 << 16)):
            return
        *whole, left = (left + read).split(b"\n")
        yield from whole
