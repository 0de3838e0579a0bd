"""The way to MLflow, imported nowhere else but for the view that `aggregate` rebuilds, and only when it is used.

The store is MLflow's own default, `sqlite:///mlflow.db` in the working folder; `MLFLOW_TRACKING_URI` names another.
"""

from __future__ import annotations

import logging
import os
import queue
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from xstilts import environment
from xstilts.errors import InputError

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

STORE = Path("mlflow.db")
SECONDS = 10  # that a training waits at its end for what is still to be sent
LIVE = "live trainings"  # an experiment of its own, so that nothing stands twice in the one that `aggregate` rebuilds


def connect() -> MlflowClient:
    """A client of the tracking store, without MLflow's chatter. Nothing is reported to anyone.

    A store that is no store, or does not answer, is an `InputError`, here or from `reached`."""
    _prepare()
    from mlflow import MlflowClient

    address = environment.tracking_address() or f"sqlite:///{STORE.resolve()}"
    with reached():
        _check_file(address)
        return MlflowClient(tracking_uri=address)


def _prepare() -> None:
    """Import MLflow, quietly, with patience for a request that an unlucky user bears: its own is 7 tries of 120 s."""
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", str(SECONDS // 2))
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="mlflow")
    import mlflow.tracking  # noqa: F401
    from mlflow.store.db import utils

    utils.MAX_RETRY_COUNT = 2  # to open a database: its own are 10, with longer and longer pauses
    for name in ("mlflow", "alembic"):  # mlflow sets its own level when it is imported
        logging.getLogger(name).setLevel(logging.ERROR)
    _do_not_wait_for_the_disk()


def _check_file(address: str) -> None:
    """Refuse a file that is no database at once: MLflow tries it for 100 s."""
    file = Path(address.removeprefix("sqlite:///").split("?")[0])
    if not address.startswith("sqlite:///") or not os.path.lexists(file):
        return
    if not file.is_file():
        raise InputError(f"{file}: found a folder, expected a file of sqlite")
    with file.open("rb") as opened:
        begin = opened.read(16)
    if begin and begin != b"SQLite format 3\0":
        raise InputError(f"{file}: found {begin[:12]!r}, expected a file of sqlite")


@contextmanager
def reached() -> Iterator[None]:
    """Turn what a store raises into an `InputError` with its address; each kind of store has errors of its own."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        from mlflow.exceptions import MlflowException

        kinds = (MlflowException, OSError)  # of requests, too; those of sqlalchemy come wrapped, or at the beginning
        if not isinstance(error, kinds) and not type(error).__module__.startswith(("sqlalchemy", "sqlite3")):
            raise
        address = environment.tracking_address() or f"sqlite:///{STORE}"
        reason = " ".join(str(error).split())[:200]
        raise InputError(without_password(f"the MLflow store {address} cannot be used: {reason}")) from None


def without_password(text: str) -> str:
    """A text without what stands before the @ of an address in it."""
    return re.sub(r"//[^/@\s]*@", "//", text)


def _do_not_wait_for_the_disk() -> None:
    """Spare sqlite its six waits a run: what is in the store can be rebuilt from files at any time."""
    from sqlalchemy import Engine, event

    @event.listens_for(Engine, "connect")
    def _(connection: Any, record: Any) -> None:
        if type(connection).__module__.startswith("sqlite3"):
            connection.execute("PRAGMA synchronous = OFF")


def experiment(client: MlflowClient, name: str) -> str:
    """The id of the experiment called `name`, made if it is not there."""
    found = client.get_experiment_by_name(name)
    if found is None:
        return str(client.create_experiment(name))
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def search(client: MlflowClient, experiment: str, query: str = "", gone: bool = False) -> Iterator[Run]:
    """All runs of an experiment (by id) that MLflow's filter takes, newest first; with `gone`, deleted ones too."""
    from mlflow.entities import ViewType

    view, token = ViewType.ALL if gone else ViewType.ACTIVE_ONLY, None
    while True:
        page = client.search_runs([experiment], query, view, max_results=1000, page_token=token)
        yield from page
        if not (token := page.token):
            return


class Live:
    """Curves of a running training, as they come. `log` does nothing unless a tracking address is set.

    They are a courtesy: a thread of its own sends them, so that the training waits for a server at its end alone, at
    most `SECONDS`. What goes wrong is one line, and nothing more is sent."""

    def __init__(self, name: str, main: bool = True) -> None:
        """`main`: whether this process speaks for the training; the others send nothing."""
        self._name = name
        self._jobs: queue.SimpleQueue[Callable[[MlflowClient], Any] | None] | None = None
        self._broken = threading.Event()
        if main and environment.tracking_address():
            self._jobs, self._run = queue.SimpleQueue(), ""
            _prepare()  # not in the thread: an import is no fault of the server
            self._thread = threading.Thread(target=self._send, args=(self._jobs,), daemon=True)
            self._thread.start()
            self._jobs.put(self._begin)

    def _begin(self, client: MlflowClient) -> None:
        run = client.create_run(experiment(client, LIVE), run_name=self._name, tags=environment.dvc_experiment())
        self._run = str(run.info.run_id)

    def _send(self, jobs: queue.SimpleQueue[Callable[[MlflowClient], Any] | None]) -> None:
        try:
            client = connect()
            while not self._broken.is_set() and (job := jobs.get()) is not None:
                job(client)
        except Exception as error:  # each kind of store has errors of its own
            self._warn(" ".join(str(error).split())[:200] or type(error).__name__)

    def _warn(self, reason: str) -> None:
        if not self._broken.is_set():
            self._broken.set()
            address = environment.tracking_address()
            text = f"warning: no live curves: the MLflow store {address}: {reason}; the training goes on without"
            print(without_password(text), file=sys.stderr, flush=True)

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Send the values of one step."""
        if self._jobs is None or self._broken.is_set():
            return
        from mlflow.entities import Metric

        now = milliseconds()
        metrics = [Metric(name, value, now, step) for name, value in values.items()]
        self._jobs.put(lambda client: client.log_batch(self._run, metrics=metrics))

    __call__ = log

    def close(self, status: str = "FINISHED") -> None:
        """End the run."""
        if self._jobs is None or self._broken.is_set():
            return
        self._jobs.put(lambda client: client.set_terminated(self._run, status))
        self._jobs.put(None)
        self._jobs = None
        self._thread.join(SECONDS)
        if self._thread.is_alive():
            self._warn(f"not everything was sent {SECONDS} s after the end")

    def __enter__(self) -> Live:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self.close("FINISHED" if kind is None else "FAILED")


live = Live


def milliseconds() -> int:
    """The time as MLflow wants it."""
    return time.time_ns() // 1_000_000
