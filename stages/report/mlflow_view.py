"""The MLflow view: rebuilt from cells and curves, so that it is whole even where DVC restored every stage.

One flat run per (source, target, seed) and per intermediate training; languages are metrics, recipes parameters, curves
steps. A run carries the hash of its content: rebuilding again leaves it alone, other content replaces it, and a run
whose cell is gone goes too. A DVC experiment has runs of its own beside those of the workspace, to compare them.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from stages.common import tracking

if TYPE_CHECKING:
    from mlflow import MlflowClient

BATCH, PARAMS = 900, 100  # MLflow takes at most 1000 metrics and 100 parameters in one request
EXPERIMENT = {
    "mlflow.experimentKind": "custom_model_development",  # else the UI opens on its pages for chat traces
    "mlflow.note.content": "Rebuilt from the cells and curves in results/ by `python -m stages.aggregate`.",
}


@dataclass(frozen=True)
class Record:
    """One run of the view."""

    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Sequence[tuple[str, float, int]] = ()  # name, value, step

    def content(self) -> str:
        """A hash of everything that the run shows."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def rebuild(profile: str, records: Sequence[Record]) -> str:
    """Make the experiment `profile` show exactly `records`; says what was done."""
    client = tracking.connect()
    identity = tracking.experiment(client, profile)
    for name, value in EXPERIMENT.items():
        client.set_experiment_tag(identity, name, value)
    dvc = tracking.dvc_tags()
    scope = dvc.get("dvc.experiment", "workspace")
    wanted = {(record.name, record.content()): record for record in records}
    kept, gone = set(), 0
    for run in _runs(client, identity, scope):
        key = (run.data.tags["cell"], run.data.tags["content"])
        if key in wanted and key not in kept and run.info.status == "FINISHED":
            kept.add(key)
        else:
            client.delete_run(run.info.run_id)
            gone += 1
    tags, new = {**dvc, "scope": scope, **_commit()}, [key for key in wanted if key not in kept]
    for key in reversed(new):  # the UI shows the newest first
        _write(client, identity, wanted[key], {**tags, "cell": key[0], "content": key[1]})
    return f"mlflow: {len(new)} runs written, {len(kept)} kept, {gone} removed in the experiment '{profile}'"


def _runs(client: MlflowClient, identity: str, scope: str) -> Iterator[Any]:
    """All runs of the view in this scope. Those of `live` trainings are in another experiment."""
    token = None
    while True:
        page = client.search_runs([identity], f"tags.scope = '{scope}'", max_results=1000, page_token=token)
        yield from page
        if not (token := page.token):
            return


def _write(client: MlflowClient, identity: str, record: Record, tags: Mapping[str, str]) -> None:
    """One run, in few requests. It is `FINISHED` only when it is whole; else the next rebuild replaces it."""
    from mlflow.entities import Metric, Param

    now = tracking.milliseconds()
    run = client.create_run(identity, tags={**tags, **record.tags}, run_name=record.name).info.run_id
    metrics = [Metric(name, float(value), now, int(step)) for name, value, step in record.metrics]
    params = [Param(name, value) for name, value in record.params.items()]
    for start in range(0, len(params), PARAMS):
        client.log_batch(run, params=params[start : start + PARAMS])
    for start in range(0, len(metrics), BATCH):
        client.log_batch(run, metrics=metrics[start : start + BATCH])
    client.set_terminated(run)


def _commit() -> dict[str, str]:
    """The commit of the working tree, marked if it has changes; nothing where there is no git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"commit": commit, "mlflow.source.git.commit": commit.removesuffix("-dirty")}
