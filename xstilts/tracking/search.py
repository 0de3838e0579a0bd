"""Runs of the MLflow view: by a filter, and as they were at a commit or in a DVC experiment."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from xstilts import environment
from xstilts.errors import InputError, unknown
from xstilts.tracking import live

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


def runs(profile: str, query: str, gone: bool = False) -> Iterator[Run]:
    """The finished runs of a profile's experiment that MLflow's filter takes; with `gone`, replaced ones, too."""
    client, experiment = _view(profile)
    with live.reached():
        yield from live.search(client, experiment, query, gone)


def identity(profile: str) -> str:
    """MLflow's number of a profile's experiment. Raises `InputError` if there is no store, or none of that name."""
    return _view(profile)[1]


def _view(profile: str) -> tuple[MlflowClient, str]:
    """The store, and the number of the experiment in it."""
    if not (live.STORE.exists() or environment.tracking_address()):
        raise InputError(f"{live.STORE}: file not found (`python -m stages.aggregate` makes it)")
    client = live.connect()
    with live.reached():
        found = client.get_experiment_by_name(profile)
        if found is None:
            there = sorted(one.name for one in client.search_experiments())
            raise unknown("experiment", profile, there, "the MLflow store")
        return client, str(found.experiment_id)


def ask(profile: str, query: str, tags: Mapping[str, str | None]) -> tuple[str, list[Run]]:
    """A filter with these tags, and the runs that it takes; a tag's value that no run has is refused."""
    given = {name: value for name, value in tags.items() if value}
    query = " and ".join([query, *(f"tags.{name} = '{value}'" for name, value in given.items())])
    odd = any("'" in value for value in given.values())  # MLflow's filters cannot hold it
    found = [] if odd else list(runs(profile, query))
    if not found:
        check(list(runs(profile, "")), **given)
    return query, found


def check(found: Sequence[Run], **tags: str | None) -> None:
    """Refuse the value of a tag that none of the runs has, with those that there are."""
    for name, value in tags.items():
        there = sorted({run.data.tags[name] for run in found if name in run.data.tags})
        if value and value not in there:
            raise unknown(name, value, there, "the MLflow view")


def at(found: Sequence[Run], name: str) -> Mapping[str, Run]:
    """The runs of a DVC experiment, or those that the workspace had when the view was last rebuilt at a commit."""
    experiment = {
        run.data.tags["cell"]: run for run in found if run.data.tags["scope"] == name != "workspace" and active(run)
    }
    if experiment:
        return experiment
    own, commit = [run for run in found if run.data.tags["scope"] == "workspace"], resolved(name)
    marks = [run.info.start_time for run in own if run.data.tags.get("commit", "").startswith(commit)]
    if not marks:
        known = dict.fromkeys(run.data.tags.get("commit", "-") for run in own)
        raise InputError(f"no run of the commit or experiment '{name}'; the store has: {', '.join(known) or 'nothing'}")
    return {
        r.data.tags["cell"]: r for r in sorted(own, key=lambda r: r.info.start_time) if r.info.start_time <= max(marks)
    }


def of(target: str | None, cells: Mapping[str, Run]) -> Mapping[str, Run]:
    """Those of one target alone, if one is given."""
    return {cell: run for cell, run in cells.items() if target in (None, run.data.tags.get("target"))}


def resolved(name: str) -> str:
    """The hash of a commit as the view's tags have it, for names such as HEAD; what git does not know stays."""
    command = ["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()[:12]
    except (OSError, subprocess.CalledProcessError):
        return name


def whole(run: Run) -> bool:
    """Is it a run of the view that was written to its end?"""
    return run.info.status == "FINISHED" and "cell" in run.data.tags


def active(run: Run) -> bool:
    """Has the run not been replaced?"""
    return bool(run.info.lifecycle_stage == "active")


def by(found: Sequence[Run], metric: str) -> dict[tuple[str, str], list[float]]:
    """One metric of all seeds, by target and source."""
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for run in found:
        if metric in run.data.metrics:
            values[run.data.tags["target"], run.data.tags["source"]].append(run.data.metrics[metric])
    return values
