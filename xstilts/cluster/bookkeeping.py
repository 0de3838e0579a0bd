"""DVC's own checks and books, for stages that run side by side.

All that is used of DVC's inside is in this file and, for what goes to other machines, in `travel.py`.

Written for DVC 3.67.1; `tests/cluster/test_bookkeeping.py` says what is gone in another one. DVC itself decides what
runs, restores, hashes, saves and writes, as in `dvc repro`; only the command of a stage is run by an engine of ours.
While it runs, the next stage has its turn: DVC knows no threads, so one stage at a time is with DVC.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from xstilts import paths
from xstilts.cluster import order, travel
from xstilts.errors import InputError
from xstilts.repair import lock

Outcome = Literal["done", "restored", "unchanged"]
LOGS = paths.STATE.parent / "logs"


@dataclass(frozen=True)
class Command:
    """One command of a stage, as DVC would start it."""

    stage: str
    text: str
    shell: Sequence[str]  # what DVC starts: a shell, with the text
    folder: str
    environment: Mapping[str, str]
    log: Path  # where everything goes that it prints


Engine = Callable[[Command], int]  # executes a command to its end; gives its exit code


class Failed(Exception):
    """A stage has failed. The text says why."""


@dataclass(frozen=True)
class Made:
    """What another machine tells of a stage that it has made: its entry of DVC's run-cache."""

    place: str  # of the entry, in the run-cache
    text: str
    state: Outcome


class Books:
    """The stages that are asked for, and those above them; `opened` makes one."""

    def __init__(self, repo: Any, stages: Sequence[Any], graph: Any, engine: Engine) -> None:
        self.repo, self.engine = repo, engine
        self.stages = {stage.addressing: stage for stage in stages}  # in the order of `dvc repro`
        self.reads = {name: list(graph.successors(stage)) for name, stage in self.stages.items()}  # stages above it
        self.above = {name: [other.addressing for other in stages] for name, stages in self.reads.items()}
        self.ended: set[str] = set()  # stages that are up to date here
        self.failed: set[str] = set()
        self.remote: str | None = None  # through which outputs travel; else all machines see this cache
        self.elsewhere: frozenset[str] = frozenset()  # stages whose commands other machines execute
        self.made: dict[str, Made] = {}  # those that have been made there, until they are taken over
        self._turn = threading.Lock()  # who has it, and DVC's lock, may use DVC
        self._commands_run: set[str] = set()
        named = [stage for stage in stages if getattr(stage, "name", None)]  # not what `dvc add` has taken in
        self._locks = [Path(path) for path in dict.fromkeys(stage.dvcfile._lockfile.path for stage in named)]
        self._names = [stage.name for stage in named]
        self._first = order.first(self._locks)

    def reproduce(self, name: str) -> Outcome:
        """What `dvc repro` does with one stage; raises `Failed`. Threads may call it, each for another stage."""
        from dvc.exceptions import DvcException

        stage = self.stages[name]
        try:
            with self.turn():
                changed = stage.reproduce(upstream=self.reads[name], interactive=False) is not None
                if changed:
                    stage.dump(update_pipeline=False)
                    lock.copy()
        except (DvcException, OSError, InputError, Failed) as error:
            self.failed.add(name)
            said = str(error) if not isinstance(error, OSError) else f"{type(error).__name__}: {error}"
            raise Failed(" ".join(said.split())) from error
        self.ended.add(name)
        made = self.made.pop(name, None)  # where DVC here found it in the cache before it was told
        ran = name in self._commands_run or (made is not None and made.state == "done")
        return "unchanged" if not changed else "done" if ran else "restored"

    @contextmanager
    def turn(self) -> Iterator[None]:
        """DVC is used by one thread at a time, and by one process."""
        with self._turn, self.repo.lock:
            yield

    def run_commands(self, stage: Any, dry: bool = False, run_env: dict[str, str] | None = None) -> None:
        """In the place of `dvc.stage.run.cmd_run`. DVC has given back its own lock; it takes it again afterwards."""
        from dvc.stage.exceptions import StageCmdFailedError

        name, commands = stage.addressing, self._commands(stage)
        self._commands_run.add(name)
        commands[0].log.parent.mkdir(parents=True, exist_ok=True)
        commands[0].log.write_bytes(b"")
        self._turn.release()
        try:
            for command in commands:
                if code := self.engine(command):
                    raise StageCmdFailedError(command.text, code)
        finally:
            self._turn.acquire()
        if made := self.made.pop(name, None):
            if made.state == "restored":
                self._commands_run.discard(name)
            with self.repo.lock:
                travel.arrive(self.repo, stage, made.place, made.text, self.remote)

    def _commands(self, stage: Any) -> list[Command]:
        from dvc.stage.run import _enforce_cmd_list, _make_cmd, get_executable, prepare_kwargs

        settings = prepare_kwargs(stage)
        return [
            Command(
                stage.addressing, text, _make_cmd(get_executable(), text), settings["cwd"], settings["env"],
                log_of(stage.addressing),
            )
            for text in _enforce_cmd_list(stage.cmd)
        ]  # fmt: skip

    def finish(self, complete: bool) -> None:
        """Put the stages that are new in `dvc.lock` into the order in which `dvc repro` would have added them."""
        from dvc.utils.serialize import modify_yaml

        with self.turn():
            for path in self._locks:
                found = order.names(path)
                wanted = order.serial(found, self._first[str(path)], self._names)
                if wanted != found:
                    with modify_yaml(str(path)) as content:
                        for name in wanted:
                            content["stages"].move_to_end(name)
            lock.copy()
        if complete:
            order.forget()

    def contradictions(self, names: Iterable[str]) -> list[str]:
        """The stages, among those named, for which DVC's run-cache holds more than one result of the same inputs.

        DVC takes the newest of them without a word."""
        from dvc.stage.cache import _get_cache_hash
        from dvc.stage.serialize import to_single_stage_lockfile

        with_commands = {name: self.stages[name] for name in names if self.stages[name].cmd}
        keys = {
            name: _get_cache_hash(to_single_stage_lockfile(stage), key=True) for name, stage in with_commands.items()
        }
        cache = Path(self.repo.stage_cache.cache_dir)
        return [name for name, key in keys.items() if len(results(cache / key[:2] / key)) > 1]


def results(folder: Path) -> list[Path]:
    """What DVC's run-cache has under one key: one file for each result that differs."""
    return [file for file in folder.iterdir() if not file.name.endswith(".tmp")] if folder.is_dir() else []


def log_of(name: str) -> Path:
    """The file that a stage's output goes to."""
    return LOGS / f"{name.replace('/', '-').replace(':', '-')}.log"


@contextmanager
def opened(targets: Sequence[str], engine: Engine, above: bool = True) -> Iterator[Books]:
    """The books of the project in the working folder, for this process alone: no other run and no `dvc repro` works
    here in the block, and other commands of DVC have their turn only between its entries.

    A target is what `dvc repro` takes, or a pattern such as `*panx*`; without one it is all of `dvc.yaml`. The stages
    above the targets belong to it, unless `above` is false: then what the targets read has to be there, and their
    order stays as it is given."""
    import dvc.stage.run
    from dvc.exceptions import DvcException
    from dvc.lock import LockError
    from dvc.repo import Repo

    logging.getLogger("dvc").setLevel(logging.WARNING)  # our lines stand for its own
    logging.getLogger("dvc.progress").setLevel(logging.CRITICAL)  # no bars
    original = dvc.stage.run.cmd_run
    try:
        with Repo(str(Path.cwd())) as repo:
            repo.lock._friendly = False  # no line while it waits
            with _alone(repo), repo.scm_context(quiet=True):
                with repo.lock:
                    repo._reset()
                    books = _planned(repo, targets, engine, above)
                repo.lock._wait = True  # from now on `dvc push` and the like may be waited for
                dvc.stage.run.cmd_run = books.run_commands
                yield books
    except LockError as error:
        raise InputError(f"another process is at work here: {_busy(str(error))}") from None
    except DvcException as error:
        raise InputError(f"DVC: {' '.join(str(error).split())}") from None
    finally:
        dvc.stage.run.cmd_run = original


def _planned(repo: Any, targets: Sequence[str], engine: Engine, above: bool) -> Books:
    """The stages, in DVC's own order."""
    from dvc.dvcfile import PROJECT_FILE
    from dvc.repo.reproduce import collect_stages, get_active_graph, plan_repro

    stages = []
    for target in targets or [PROJECT_FILE]:
        pattern = any(sign in target for sign in "*?[")
        found = collect_stages(repo, [target], glob=pattern)
        if pattern and not found:
            raise InputError(f"dvc.yaml: no stage is called {target}")
        stages += [stage for stage in found if stage not in stages]
    graph = get_active_graph(repo.index.graph)
    index = {stage.addressing: stage for stage in graph}  # one object a stage, for all who ask
    plan = [index[stage.addressing] for stage in (plan_repro(graph, stages) if above else stages)]
    return Books(repo, plan, graph, engine)


@contextmanager
def _alone(repo: Any) -> Iterator[None]:
    """DVC's lock on what stages read and write, for the whole folder. The entries that DVC makes for single stages of
    this process lie within it. An entry of a process that was killed counts for nothing."""
    from dvc.rwlock import rwlock

    hardlink = repo.config["core"].get("hardlink_lock", False)
    with rwlock(repo.tmp_dir, repo.fs, " ".join(sys.argv), [], [repo.root_dir], hardlink):
        yield


def _busy(text: str) -> str:
    """Who it is, in few words, from what DVC says of it."""
    found = [line.strip() for line in text.splitlines() if line.strip().startswith("(PID")]
    return f"{found[0]}; wait until it has ended" if found else "DVC's lock is taken; wait until it has ended"
