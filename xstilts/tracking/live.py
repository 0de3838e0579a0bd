"""The way to MLflow, imported nowhere else but for the view that `aggregate` rebuilds, and only when it is used.

The store is MLflow's own default, `sqlite:///mlflow.db` in the working folder; `MLFLOW_TRACKING_URI` names another.
"""

from __future__ import annotations

import logging
import os
import queue
import random
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from xstilts import environment
from xstilts.errors import InputError
from xstilts.tracking import store

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Run

Answer = TypeVar("Answer")
STORE = store.STORE
BATCH = 900  # metrics of one request; MLflow takes at most 1000
SECONDS = 10  # that a training waits at its end for what is still to be sent
LIVE = "live trainings"  # an experiment of its own, so that nothing stands twice in the one that `aggregate` rebuilds


def connect(repair: bool = False) -> MlflowClient:
    """A client of the tracking store, without MLflow's chatter. Nothing is reported to anyone.

    A store that is no store, or does not answer, is an `InputError`, here or from `reached`. With `repair` a broken
    file is set aside, with one line, and a new one is made."""
    _prepare()
    from mlflow import MlflowClient

    address = environment.tracking_address() or f"{store.SQLITE}{STORE.resolve()}"
    file = store.file_of(address)
    with reached():
        if file is None:
            return MlflowClient(tracking_uri=address)
        with store.alone(file):  # of processes that start together one makes the tables, and the others wait
            store.make_usable(file, repair)
            client = MlflowClient(tracking_uri=address)
        return client


def _prepare() -> None:
    """Import MLflow, quietly, with patience for a request that an unlucky user bears: its own is 7 tries of 120 s."""
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", str(SECONDS // 2))
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module="mlflow")
    import mlflow.store.tracking.sqlalchemy_store
    import mlflow.tracking  # noqa: F401
    from mlflow.store.db import utils

    utils.MAX_RETRY_COUNT = 2  # to open a database: its own are 10, with longer and longer pauses
    for name in ("mlflow", "alembic"):  # mlflow sets its own level when it is imported
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _do_not_wait_for_the_disk()


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
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return str(client.create_experiment(name))
        except MlflowException:  # another process was quicker
            if (found := client.get_experiment_by_name(name)) is None:
                raise
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

    They are a courtesy: a thread of its own sends them, so that the training waits for the store at its end alone, at
    most `SECONDS` without an answer. What goes wrong is one line, and nothing more is sent."""

    def __init__(self, name: str, main: bool = True) -> None:
        """`main`: whether this process speaks for the training; the others send nothing."""
        self._name = name
        self._waiting: queue.SimpleQueue[list[Metric] | str] | None = None  # metrics, or the status at the end
        self._broken, self._answers = threading.Event(), 0
        if main and environment.tracking_address():
            self._waiting = queue.SimpleQueue()
            _prepare()  # not in the thread: an import is no fault of the server
            self._thread = threading.Thread(target=self._send, args=(self._waiting,), daemon=True)
            self._thread.start()

    def _begin(self, client: MlflowClient) -> str:
        run = client.create_run(experiment(client, LIVE), run_name=self._name, tags=environment.dvc_experiment())
        return str(run.info.run_id)

    def _send(self, waiting: queue.SimpleQueue[list[Metric] | str]) -> None:
        try:
            client = connect(repair=True)
            self._answers += 1
            run = patiently(lambda: self._begin(client))
            status = None
            while status is None and not self._broken.is_set():
                metrics, status = _take(waiting)
                for start in range(0, len(metrics), BATCH):
                    part = metrics[start : start + BATCH]
                    patiently(lambda part=part: client.log_batch(run, metrics=part))  # type: ignore[misc]
                    self._answers += 1
            if status:
                patiently(lambda: client.set_terminated(run, status))
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
        if self._waiting is None or self._broken.is_set():
            return
        from mlflow.entities import Metric

        now = milliseconds()
        self._waiting.put([Metric(name, value, now, step) for name, value in values.items()])

    __call__ = log

    def close(self, status: str = "FINISHED") -> None:
        """End the run."""
        if self._waiting is None or self._broken.is_set():
            return
        self._waiting.put(status)
        self._waiting = None
        here, seen = store.file_of(environment.tracking_address() or "") is not None, self._answers
        self._thread.join(SECONDS)
        if here and not self._answers:  # it is being made, by this process or another: what is broken has failed by now
            self._thread.join(store.MADE)
        while here and self._answers > seen and self._thread.is_alive():  # a file on a busy machine, and it gets on
            seen = self._answers
            self._thread.join(SECONDS)
        if self._thread.is_alive():
            self._warn(f"not everything was sent {SECONDS} s after the end")

    def __enter__(self) -> Live:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self.close("FINISHED" if kind is None else "FAILED")


live = Live


def _take(waiting: queue.SimpleQueue[list[Metric] | str]) -> tuple[list[Metric], str | None]:
    """Wait for something, and take all that is there: a slow store gets few large requests."""
    metrics: list[Metric] = []
    while True:
        one = waiting.get()
        if isinstance(one, str):
            return metrics, one
        metrics += one
        if waiting.empty():
            return metrics, None


def patiently(ask: Callable[[], Answer]) -> Answer:
    """What the store answers. Of processes that write to one file at once, sqlite sends some away without a wait."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            return ask()
        except Exception as error:
            if "database is locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(random.uniform(0.02, 0.2))


def milliseconds() -> int:
    """The time as MLflow wants it."""
    return time.time_ns() // 1_000_000
