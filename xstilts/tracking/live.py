"""The way to MLflow, imported nowhere else but for the view that `aggregate` rebuilds, and only when it is used.

The store is MLflow's own default, `sqlite:///mlflow.db` in the working folder; `MLFLOW_TRACKING_URI` names another.
"""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

STORE = Path("mlflow.db")
LIVE = "live trainings"  # an experiment of its own, so that nothing stands twice in the one that `aggregate` rebuilds


def connect() -> MlflowClient:
    """A client of the tracking store, without MLflow's chatter. Nothing is reported to anyone."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="mlflow")
    from mlflow import MlflowClient

    for name in ("mlflow", "alembic"):  # mlflow sets its own level when it is imported
        logging.getLogger(name).setLevel(logging.ERROR)
    _do_not_wait_for_the_disk()
    return MlflowClient(tracking_uri=os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{STORE.resolve()}")


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
    """Curves of a running training, as they come. `log` does nothing unless a tracking address is set."""

    def __init__(self, name: str) -> None:
        self._client: MlflowClient | None = None
        if os.environ.get("MLFLOW_TRACKING_URI") and int(os.environ.get("RANK", "0")) == 0:
            self._client = connect()
            run = self._client.create_run(experiment(self._client, LIVE), run_name=name, tags=dvc_tags())
            self._run = str(run.info.run_id)

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Send the values of one step."""
        if self._client:
            from mlflow.entities import Metric

            now = milliseconds()
            metrics = [Metric(name, value, now, step) for name, value in values.items()]
            self._client.log_batch(self._run, metrics=metrics)

    __call__ = log

    def close(self, status: str = "FINISHED") -> None:
        """End the run."""
        if self._client:
            self._client.set_terminated(self._run, status)
            self._client = None

    def __enter__(self) -> Live:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        self.close("FINISHED" if kind is None else "FAILED")


live = Live


def milliseconds() -> int:
    """The time as MLflow wants it."""
    return time.time_ns() // 1_000_000


def dvc_tags() -> dict[str, str]:
    """What DVC says about the experiment that is running, if one is."""
    names = {"dvc.experiment": "DVC_EXP_NAME", "dvc.baseline": "DVC_EXP_BASELINE_REV"}
    return {tag: os.environ[name] for tag, name in names.items() if os.environ.get(name)}
