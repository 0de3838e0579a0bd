"""The engine of many machines: the commands of a part are executed in a clone of HEAD on one of them.

The driver asks for one stage after another, as of the engine of one machine. The first one of a part sends the whole
part away, as soon as all is there that the part reads. DVC here then takes over what was made, from the cache or the
remote, if it was made from the same inputs.
"""

from __future__ import annotations

import hashlib
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from xstilts import environment
from xstilts.cells.rebuild import changed_sources, git
from xstilts.cluster import travel
from xstilts.cluster.bookkeeping import LOGS, Books, Command, Failed, Made, log_of
from xstilts.cluster.local import LOST, Local
from xstilts.cluster.node import GRACE, Event
from xstilts.cluster.part import versions
from xstilts.cluster.parts import Part, divide
from xstilts.cluster.progress import Progress
from xstilts.cluster.resources import Need, needs
from xstilts.errors import InputError

TRIES = 3  # of a part, where machines fail; a stage that fails is not tried again


class Lost(Exception):
    """A machine, or the program on it, has gone before the end of a part. The text says how."""


class Cluster(Protocol):
    """Machines that execute parts."""

    def best(self, cpus: float) -> Need:
        """What a stage gets for which nothing is said."""

    def check(self, need: Need, kind: str) -> None:
        """Raises `InputError` if no machine has that much."""

    def execute(self, part: str, need: Need, request: Mapping[str, Any], bundle: bytes) -> Iterator[Event]:
        """Execute a part; gives its events (see `node.work`). Raises `Lost`."""

    def interrupt(self) -> None:
        """Ctrl-C for all that runs."""

    def close(self) -> None:
        """End all that still runs."""


@dataclass
class Trip:
    """A part on its way."""

    part: Part
    asked: list[str] = field(default_factory=list)  # stages that were sent
    why: dict[str, str] = field(default_factory=dict)  # stage -> why it has failed; "" if it is made
    host: str = ""
    started: bool = False
    ended: bool = False


class Elsewhere:
    """Executes the commands of parts on a cluster, and all others here."""

    def __init__(
        self, books: Books, local: Local, progress: Progress, connect: Callable[[], Cluster], remote: str | None,
        folder: str | None, cpus: float,
    ) -> None:  # fmt: skip
        """`connect` gives the cluster, once all else is in order. Each part gets `cpus`, where nothing else is said."""
        self.books, self.local, self.progress = books, local, progress
        root, said = Path(books.repo.root_dir), needs()
        tracked = git(root, "ls-files").splitlines()
        places = {
            name: travel.place(stage)
            for name, stage in books.stages.items()
            if travel.can_travel(stage, books.reads[name], tracked)
        }
        refuse_changes(root, [books.stages[name] for name in places])
        self.request = {
            "project": hashlib.sha256(str(root).encode()).hexdigest()[:12],
            "commit": git(root, "rev-parse", "HEAD").strip(), "folder": folder, "remote": remote,
            "config": travel.settings(books.repo, remote), "versions": versions(), "drop": list(environment.ALONE),
        }  # fmt: skip
        self.bundle = bundle(root)
        self.token: Path | None = None
        self.trips: list[Trip] = []
        self._change = threading.Condition()
        self._over = False
        self._pushed: set[str] = set()
        self.cluster = connect()
        try:
            parts = divide(places, books.above, said, self.cluster.best(cpus))
            for name, part in parts.items():
                self.cluster.check(part.need, places[name].kind)
            if remote is None:
                self.token = token(Path(books.repo.cache.legacy.path))
        except BaseException:
            self.close()
            raise
        trips = {part.name: Trip(part) for part in parts.values()}
        self.trips, self.trip_of = list(trips.values()), {name: trips[part.name] for name, part in parts.items()}
        books.remote, books.elsewhere = remote, frozenset(parts)

    def __call__(self, command: Command) -> int:
        """The exit code. Raises `Failed` for a stage that has failed on another machine."""
        trip = self.trip_of.get(command.stage)
        if trip is None:
            return self.local(command)
        with self._change:
            while not (self._over or trip.started or self._ready(trip)):
                self._change.wait(0.5)
            if not (self._over or trip.started):
                trip.started = True
                threading.Thread(target=self._travel, args=(trip,), daemon=True).start()
            while not (self._over or trip.ended or command.stage in trip.why):
                self._change.wait(0.5)
            if command.stage not in trip.why:
                return LOST
        if why := trip.why[command.stage]:
            raise Failed(why)
        return 0

    def interrupt(self) -> None:
        """Ctrl-C for all that runs, here and elsewhere."""
        self._stop()
        self.local.interrupt()
        self.cluster.interrupt()
        self._wait(lambda trip: True)

    def close(self) -> None:
        """End all that still runs; parts whose stages have all ended may remove their clones first."""
        self._wait(lambda trip: not self._over and all(name in trip.why for name in trip.asked))
        self._stop()
        self.cluster.close()
        if self.token:
            self.token.unlink(missing_ok=True)

    def _wait(self, which: Callable[[Trip], bool]) -> None:
        """Give parts that are still on their way a while to end."""
        end = time.monotonic() + GRACE
        while time.monotonic() < end and any(trip.started and not trip.ended and which(trip) for trip in self.trips):
            time.sleep(0.2)

    def _stop(self) -> None:
        with self._change:
            self._over = True
            self._change.notify_all()

    def _possible(self, trip: Trip) -> list[str]:
        """The stages of a part that are still to be made, and can be: nothing that they need has failed."""
        lost = set(self.books.failed)
        for name, above in self.books.above.items():  # in the order of `dvc repro`
            if not lost.isdisjoint(above):
                lost.add(name)
        return [name for name in trip.part.stages if name not in lost | self.books.ended]

    def _ready(self, trip: Trip) -> bool:
        """Whether all is there that the part reads."""
        possible = self._possible(trip)
        outside = {other for name in possible for other in self.books.above[name]} - set(possible)
        return outside & self.books.stages.keys() <= self.books.ended

    def _travel(self, trip: Trip) -> None:
        """Send a part away, again if its machine is lost, and hear of it until it has ended."""
        trip.asked = self._possible(trip)
        problem = ""
        try:
            for number in range(TRIES):
                if self._over or not (left := [name for name in trip.asked if name not in trip.why]):
                    break
                if number:
                    self.progress.say(f"part {trip.part.name}: {problem}; again")
                problem = ""
                try:
                    for event in self.cluster.execute(
                        trip.part.name, trip.part.need, self._request(trip, left), self.bundle
                    ):
                        self._hear(trip, event)
                    break
                except Lost as error:
                    problem = str(error)
                    self._note(trip, f"lost: {problem}")
                    for name in left:
                        self.progress.running.pop(name, None)
        except Exception as error:  # a thread has nobody else to tell
            problem = " ".join(f"{type(error).__name__}: {error}".split())
        with self._change:
            for name in trip.asked if problem and not self._over else ():
                trip.why.setdefault(name, f"{problem} (part {trip.part.name})")
            trip.ended = True
            self._change.notify_all()

    def _request(self, trip: Trip, left: Sequence[str]) -> dict[str, Any]:
        """What the machine is told; what the part reads is in the remote then, if there is one."""
        books = self.books
        with books.turn():
            if books.remote is not None:
                outs = [out for name in left for out in travel.read(books.stages[name].deps, books.reads[name])]
                new = {
                    f"{out.hash_info}": out for out in outs if out.hash_info and f"{out.hash_info}" not in self._pushed
                }
                travel.push(books.repo, new.values(), books.remote)
                self._pushed |= new.keys()
            lock = Path("dvc.lock").read_text(encoding="utf-8") if Path("dvc.lock").exists() else ""
        token = str(self.token) if self.token else None
        part = trip.part
        own = {"part": part.name, "stages": left, "processes": part.need.processes}
        return {**self.request, **own, "lock": lock, "token": token}

    def _hear(self, trip: Trip, event: Event) -> None:
        """A part tells something."""
        if host := event.get("host"):
            self._note(trip, f"on {host}, in {event['folder']}")
            trip.host = host
            return
        name, state = event["stage"], event["state"]
        if state == "started":
            self._note(trip, f"started   {name}")
            self.progress.start(name, trip.host)
            return
        with suppress(OSError):
            log_of(name).write_text(event["log"], encoding="utf-8")
        self._note(trip, f"{state:<9} {name}")
        with self._change:
            if state != "failed":
                self.books.made[name] = Made(event["place"], event["text"], state)
            trip.why[name] = event["why"] if state == "failed" else ""
            self._change.notify_all()

    def _note(self, trip: Trip, text: str) -> None:
        """A line in the log of a part."""
        with suppress(OSError):
            LOGS.mkdir(parents=True, exist_ok=True)
            with (LOGS / f"part-{trip.part.name}.log").open("a", encoding="utf-8") as log:
                log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {text}\n")


def bundle(root: Path) -> bytes:
    """HEAD, as git sends it: with its history, for git knows no other way."""
    if git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        raise InputError(
            "this is a shallow clone, which git cannot send to other machines: `git fetch --unshallow` first"
        )
    command = ["git", "bundle", "create", "--quiet", "-", "HEAD"]
    return subprocess.run(command, cwd=root, capture_output=True, check=True).stdout


def token(cache: Path) -> Path:
    """A file in DVC's cache by which another machine tells that it sees this very folder."""
    file = cache.resolve() / f"xstilts-{uuid.uuid4().hex}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    return file


def refuse_changes(root: Path, stages: Sequence[Any]) -> None:
    """Other machines get the commit alone: what it does not have, they would not read."""
    changed = changed_sources(root)
    new = git(root, "ls-files", "--others", "--exclude-standard").splitlines()
    reads = {str(dep.def_path) for stage in stages for dep in stage.deps}
    changed += [file for file in new if any(travel.lies_in(file, path) for path in reads)]
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise InputError(
            f"other machines work on HEAD, but {', '.join(changed[:3])}{more} differ from it; commit or stash first"
        )
