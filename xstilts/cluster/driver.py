"""The driver: every stage as soon as those above it have ended, as many at a time as are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from xstilts.cluster.bookkeeping import Books, Command, Failed, Outcome, log_of, opened
from xstilts.cluster.local import Local, last_lines
from xstilts.cluster.progress import Progress, span


@dataclass
class Result:
    """How a run ended."""

    ended: dict[str, Outcome] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  # stage -> why
    uncertain: list[str] = field(default_factory=list)  # stages that are not deterministic
    not_run: list[str] = field(default_factory=list)  # below a failed one

    @property
    def well(self) -> bool:
        """Whether everything is done, and is what it will always be."""
        return not (self.failed or self.uncertain)


class Workers(Protocol):
    """An engine that can be stopped."""

    def __call__(self, command: Command) -> int:
        """Execute a command to its end; gives its exit code."""

    def interrupt(self) -> None:
        """Ctrl-C for all that runs. Nothing is started any more."""

    def close(self) -> None:
        """End all that still runs."""


Other = Callable[[Books, Local, Progress], Workers]  # makes an engine that executes some of the commands elsewhere


def run(
    targets: Sequence[str],
    jobs: int,
    local: Local | None = None,
    before: Callable[[], None] = lambda: None,
    other: Other | None = None,
) -> Result:
    """Bring the targets up to date, side by side; `before` is called when nobody else works here any more.

    `jobs` stages at a time run on this machine. Raises `InputError` if somebody else works here, and for a target that
    there is not."""
    local = local or Local()
    try:
        with opened(targets, local) as books:
            before()
            progress = Progress(len(books.stages), jobs)
            local.started = progress.start
            workers = other(books, local, progress) if other else local
            books.engine = workers
            try:
                return _drive(books, jobs, workers, progress)
            finally:
                workers.close()
    finally:
        local.close()


def _drive(books: Books, jobs: int, workers: Workers, progress: Progress) -> Result:
    result, running = Result(), dict[Future[Outcome], str]()
    waiting = list(books.stages)
    progress.expect(waiting)
    pool = ThreadPoolExecutor(jobs + len(books.elsewhere))
    try:
        while True:
            for name in [one for one in waiting if set(books.above[one]) & books.stages.keys() <= result.ended.keys()]:
                if name in books.elsewhere or len(set(running.values()) - books.elsewhere) < jobs:
                    running[pool.submit(books.reproduce, name)] = name
                    waiting.remove(name)
            if not running:
                break
            for future in wait(running, timeout=1, return_when=FIRST_COMPLETED).done:
                _note(running.pop(future), future, result, progress)
            progress.tick()
    except KeyboardInterrupt:
        workers.interrupt()
        pool.shutdown(cancel_futures=True)  # what is with DVC is brought to its end
        books.finish(complete=False)
        done = len(result.ended)
        raise KeyboardInterrupt(f"{done} of {progress.total} stages are done; `xstilts run` goes on") from None
    pool.shutdown()
    result.not_run = waiting
    books.finish(complete=not result.failed)
    result.uncertain = books.contradictions(result.ended)
    _conclude(result, progress)
    return result


def _note(name: str, future: Future[Outcome], result: Result, progress: Progress) -> None:
    """A stage has ended, well or not."""
    try:
        result.ended[name] = future.result()
        progress.end(name, result.ended[name])
    except Failed as error:
        result.failed[name] = str(error)
        ran = name in progress.running
        progress.end(name, "FAILED")
        for line in [str(error), *(last_lines(log_of(name)) if ran else [])]:
            progress.say(f"    {line}")


def _conclude(result: Result, progress: Progress) -> None:
    """The last lines."""
    states = list(result.ended.values())
    counts = [f"{states.count(state)} {state}" for state in ("done", "restored", "unchanged")]
    counts += [f"{len(result.failed)} failed, {len(result.not_run)} not run"] if result.failed else []
    progress.say(f"{progress.total} stages: {', '.join(counts)}  ({span(time.monotonic() - progress.began)})")
    if result.failed:
        progress.say("failed: " + ", ".join(f"{name} ({log_of(name)})" for name in result.failed))
    if result.not_run:
        progress.say("not run, as they need what failed: " + ", ".join(result.not_run))
    if result.uncertain:
        progress.say(
            f"not deterministic: {', '.join(result.uncertain)}: DVC's run-cache (.dvc/cache/runs) holds more than one "
            "result of the same inputs"
        )
