"""The program of one part, in its clone: its stages one after another, each told on a line of JSON when it ends.

    python -m xstilts.cluster.part FILE

What the stages read is fetched by `dvc.lock`, as the driver's DVC has it; no stage above them runs here. A stage that
has been made is in the cache, or in the remote, before it is told. A stage that fails stops those of this part that
need it. Exit code: 0, 3 if a stage failed, 130 after Ctrl-C; with any other one the machine is at fault.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO

from xstilts.cluster import node, server, travel
from xstilts.cluster.bookkeeping import Books, Command, Failed, log_of, opened
from xstilts.cluster.local import Local
from xstilts.cluster.together import together
from xstilts.errors import InputError, exit_cleanly

# What decides the bytes of a model, and the keys of DVC's run-cache.
DECIDING = ("accelerate", "dvc", "dvc-data", "numpy", "pyarrow", "safetensors", "tokenizers", "torch", "transformers")
MOST = 100_000  # bytes of a stage's output that are sent to the driver


def versions() -> dict[str, str]:
    """The versions of what has to be the same on all machines."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in DECIDING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def main() -> None:
    """Execute the part that FILE describes."""
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    server.die_with(asked["parent"])
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # Ray blocks it for what it starts
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing else comes between
    here = versions()
    differ = [
        f"{name} {one}, here {here.get(name)}" for name, one in asked["versions"].items() if one != here.get(name)
    ]
    if differ:
        raise InputError(f"{socket.gethostname()}: other versions than those of the driver: {'; '.join(differ)}")
    local = Local()
    try:
        with opened(asked["stages"], local, above=False) as books:
            books.remote = asked["remote"]
            if not Part(books, local, events, asked["processes"]).run():
                sys.exit(node.FAILED)
    finally:
        local.close()


class Part:
    """Stages in their order, one at a time."""

    def __init__(self, books: Books, local: Local, events: TextIO, processes: int) -> None:
        """`processes`: so many make each training together."""
        self.books, self.local, self.events, self.processes = books, local, events, processes
        books.engine = self.execute

    def run(self) -> bool:
        """Make all stages that can be made; whether these were all that there are."""
        pool = ThreadPoolExecutor(1)  # so that this thread is free for Ctrl-C
        try:
            for name, above in self.books.above.items():
                if self.books.failed.isdisjoint(above):
                    pool.submit(self.make, name).result()
                else:
                    self.books.failed.add(name)  # the driver sees this by itself
        except KeyboardInterrupt:
            self.local.interrupt()
            pool.shutdown(cancel_futures=True)
            raise
        return not self.books.failed

    def make(self, name: str) -> None:
        """Fetch what one stage reads, make it, and tell."""
        books = self.books
        stage, repo, remote = books.stages[name], books.repo, books.remote
        with books.turn():
            outside = [one for one in books.reads[name] if one.addressing not in books.stages]
            travel.bring(repo, travel.read(stage.deps, outside), remote)
        try:
            state = books.reproduce(name)
        except Failed as error:
            self.tell(stage=name, state="failed", why=str(error), log=_log(name))
            return
        with books.turn():
            if remote:
                travel.push(repo, stage.outs, remote)
            place, text = travel.entry(repo, stage)
        self.tell(stage=name, state=state, place=place, text=text, log=_log(name))

    def execute(self, command: Command) -> int:
        """The engine of this machine; the driver is told when a command starts."""
        self.tell(stage=command.stage, state="started")
        return self.local(together(command, self.processes))

    def tell(self, **event: str) -> None:
        """One line for the driver."""
        print(json.dumps(event), file=self.events, flush=True)


def _log(name: str) -> str:
    """The end of what a stage has printed."""
    try:
        return log_of(name).read_bytes()[-MOST:].decode("utf-8", errors="replace")
    except OSError:
        return ""


if __name__ == "__main__":
    exit_cleanly(main)
