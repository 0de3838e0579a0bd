"""The MLflow view: rebuilt from cells and curves, so that it is whole even where DVC restored every stage.

One flat run per (source, target, seed) and per intermediate training; languages are metrics, recipes parameters, curves
steps, data sets inputs. A run carries the hash of its content: rebuilding again leaves it alone, other content replaces
it, and a run whose cell is gone goes too. A DVC experiment has runs of its own beside those of the workspace, for
comparison. Deleted runs stay in the bin until `mlflow gc`: `xstilts changed` finds there what a commit had.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from xstilts import environment
from xstilts.errors import InputError
from xstilts.tracking import live as tracking

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput

Done = Callable[[], None]  # called after each thing that is done
PARAMS = 100  # MLflow takes at most so many in one request
PAGE = "#/experiments/{}/runs?viewStateShareKey=scores&workflowType=machine_learning"  # of the UI: runs and scores
# The UI opens on pages for chat traces, where the note is all that it shows of this experiment.
NOTE = f"Rebuilt by `python -m stages.aggregate`: [scores of all runs]({PAGE})."
COLUMNS = [  # of the saved view that the note leads to; without one, no column of the UI's table has a score in it
    *(f"metrics.`{name}`" for name in ("mean", "mean.zero-shot", "mean.gain")),
    *(f"tags.`{name}`" for name in ("target", "source", "seed", "collapsed")),
]


@dataclass(frozen=True)
class Input:
    """A data set behind a run."""

    name: str
    digest: str  # MD5 of the file or folder, as DVC names it
    path: str
    context: str  # what it was used for, such as "training"


@dataclass(frozen=True)
class Record:
    """One run of the view."""

    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Sequence[tuple[str, float, int]] = ()  # name, value, step
    inputs: Sequence[Input] = ()
    artifacts: Mapping[str, str] = field(default_factory=dict)  # path of a small file -> SHA-256
    each_commit: bool = False  # written anew at each commit, to mark in the store what a commit had

    def content(self) -> str:
        """A hash of everything that the run shows."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def rebuild(profile: str, records: Sequence[Record]) -> str:
    """Make the experiment `profile` show exactly `records`; says what was done, or why it could not be.

    A store that cannot be used is no error: the view can be rebuilt at any time. One that is slow is given up, too."""
    try:
        client = tracking.connect(repair=True)
        return _in_time(lambda done: _rebuild(client, profile, records, done))
    except Exception as error:  # whatever a store may raise: the tables are written, and need no view
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        return f"warning: no MLflow view: {reason}; `python -m stages.aggregate` tries again"


def _in_time(work: Callable[[Done], str]) -> str:
    """Do the work in a thread and wait, as long as it gets on: `SECONDS`, and half a second for each thing done.

    A request that never ends cannot be broken off: its thread is left behind, and ends with the process."""
    count, end, answers = [0], threading.Event(), list[str | BaseException]()

    def done() -> None:
        count[0] += 1
        if end.is_set():
            raise InputError("too slow")

    def run() -> None:
        try:
            with tracking.reached():
                answers.append(work(done))
        except BaseException as error:
            answers.append(error)

    thread, begin = threading.Thread(target=run, daemon=True), time.monotonic()
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
        if time.monotonic() - begin > tracking.SECONDS + count[0] / 2:
            end.set()
            raise InputError(f"the MLflow store did {count[0]} things in {time.monotonic() - begin:.0f} s: too slow")
    if isinstance(answers[0], BaseException):
        raise answers[0]
    return answers[0]


def _rebuild(client: MlflowClient, profile: str, records: Sequence[Record], done: Done) -> str:
    identity = tracking.experiment(client, profile)
    _entrance(client, identity)
    dvc, commit = environment.dvc_experiment(), _commit()
    scope = dvc.get("dvc.experiment", "workspace")
    wanted = {(record.name, record.content()): record for record in records}
    kept, gone = set(), 0
    for run in tracking.search(client, identity, f"tags.scope = '{scope}'"):  # `live` trainings are in another one
        key, of = (run.data.tags["cell"], run.data.tags["content"]), run.data.tags.get("commit")
        stale = key in wanted and wanted[key].each_commit and of != commit.get("commit")
        if key in wanted and key not in kept and run.info.status == "FINISHED" and not stale:
            kept.add(key)
        else:
            client.delete_run(run.info.run_id)
            gone += 1
        done()
    tags, new = {**dvc, "scope": scope, **commit}, [key for key in wanted if key not in kept]
    for key in reversed(new):  # the UI shows the newest first
        _write(client, identity, wanted[key], {**tags, "cell": key[0], "content": key[1]})
        done()
    return f"mlflow: {len(new)} runs written, {len(kept)} kept, {gone} removed in the experiment '{profile}'"


def _entrance(client: MlflowClient, identity: str) -> None:
    """What the UI shows before any run: a note, and the table that it leads to, in the UI's form of a saved view."""
    view = {"name": "Scores", "createdAt": 0, "state": json.dumps({"selectedColumns": COLUMNS})}
    client.set_experiment_tag(identity, "mlflow.note.content", NOTE.format(identity))
    client.set_experiment_tag(identity, "mlflow.sharedViewState.scores", json.dumps(view))


def _write(client: MlflowClient, identity: str, record: Record, tags: Mapping[str, str]) -> None:
    """One run, in few requests. It is `FINISHED` only when it is whole; else the next rebuild replaces it."""
    from mlflow.entities import Metric, Param

    now = tracking.milliseconds()
    run = client.create_run(identity, tags={**tags, **record.tags}, run_name=record.name).info.run_id
    metrics = [Metric(name, float(value), now, int(step)) for name, value, step in record.metrics]
    params = [Param(name, value) for name, value in record.params.items()]
    for start in range(0, len(params), PARAMS):
        client.log_batch(run, params=params[start : start + PARAMS])
    for start in range(0, len(metrics), tracking.BATCH):
        client.log_batch(run, metrics=metrics[start : start + tracking.BATCH])
    if record.inputs:
        client.log_inputs(run, [_dataset(one) for one in record.inputs])
    for path in record.artifacts:
        client.log_artifact(run, path)
    client.set_terminated(run)


def _dataset(given: Input) -> DatasetInput:
    """A data set as MLflow lists it. Its own classes for that would import pandas and read the rows."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    source = json.dumps({"uri": given.path})
    dataset = Dataset(given.name, given.digest, source_type="local", source=source)
    return DatasetInput(dataset, [InputTag("mlflow.data.context", given.context)])


def _commit() -> dict[str, str]:
    """The commit of the working tree, marked if it has changes; nothing where there is no git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"commit": commit, "mlflow.source.git.commit": commit.removesuffix("-dirty")}
