"""Questions to the MLflow view, as filters over its runs; each filter works in the search field of the UI, too.

python -m xstilts.commands.query best                 # of every target, the sources by their mean over languages
python -m xstilts.commands.query worst --target xnli  # the languages of a target, lowest first
python -m xstilts.commands.query spread               # targets and sources by their standard deviation over seeds
python -m xstilts.commands.query changed a1b2c3 HEAD  # figures that differ between two commits or DVC experiments
python -m xstilts.commands.query collapsed            # runs behind which a training has collapsed, and why
"""

from __future__ import annotations

import argparse
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from xstilts.errors import InputError, exit_cleanly
from xstilts.params import read_params
from xstilts.tracking import live as tracking

if TYPE_CHECKING:
    from mlflow.entities import Run

Rows = list[Sequence[str]]  # the first is the head
CELLS = "tags.target LIKE '%' and tags.row = 'record'"  # no controls, no other choice of checkpoints


def main() -> None:
    """Answer one question on the terminal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", choices=[*QUESTIONS, "changed"])
    parser.add_argument("between", nargs="*", help="changed: two commits or DVC experiments")
    parser.add_argument("--target", help="this one only")
    parser.add_argument("--scope", help="a DVC experiment; default: workspace")
    parser.add_argument("--profile", help="default: that of params.yaml")
    parser.add_argument("--lines", type=int, default=30, help="at most; default: 30")
    asked = parser.parse_args()
    if len(asked.between) != 2 * (asked.question == "changed"):
        parser.error("`changed` takes two commits or experiments, the other questions none")
    if asked.question == "changed" and asked.scope:
        parser.error("`changed` takes experiments in the place of commits, no --scope")
    profile = asked.profile or read_params().profile
    if asked.question == "changed":
        found = [run for run in runs(profile, "", gone=True) if whole(run)]
        check(found, target=asked.target)
        before, after = asked.between
        rows, nothing = changed(found, before, after, asked.target), SAME
    else:
        query, answer, nothing = QUESTIONS[asked.question]
        found = ask(profile, query, {"scope": asked.scope or "workspace", "target": asked.target})
        rows = answer(found)
    if len(rows) == 1:
        print(f"# nothing to show: {nothing}")
        return
    print("\n".join(aligned(rows[: asked.lines + 1])))
    if len(rows) > asked.lines + 1:
        print(f"# {len(rows) - asked.lines - 1} more (--lines)")


def runs(profile: str, query: str, gone: bool = False) -> Iterator[Run]:
    """The finished runs of a profile's experiment that MLflow's filter takes; with `gone`, replaced ones, too."""
    if not (tracking.STORE.exists() or os.environ.get("MLFLOW_TRACKING_URI")):
        raise InputError(f"{tracking.STORE}: file not found (`python -m stages.aggregate` makes it)")
    client = tracking.connect()
    found = client.get_experiment_by_name(profile)
    if found is None:
        known = ", ".join(sorted(one.name for one in client.search_experiments()))
        raise InputError(f"found no experiment '{profile}' in the MLflow store; there are: {known}")
    yield from tracking.search(client, found.experiment_id, query, gone)


def ask(profile: str, query: str, tags: Mapping[str, str | None]) -> list[Run]:
    """The runs that a filter takes, of these tags; a tag's value that no run of the experiment has is refused."""
    given = {name: value for name, value in tags.items() if value}
    query = " and ".join([query, *(f"tags.{name} = '{value}'" for name, value in given.items())])
    odd = any("'" in value for value in given.values())  # MLflow's filters cannot hold it
    found = [] if odd else list(runs(profile, query))
    if not found:
        check(list(runs(profile, "")), **given)
    print(f"# {query}")
    return found


def check(found: Sequence[Run], **tags: str | None) -> None:
    """Refuse the value of a tag that none of the runs has, with those that there are."""
    for name, value in tags.items():
        there = sorted({run.data.tags[name] for run in found if name in run.data.tags})
        if value and value not in there:
            raise InputError(f"found no run with the {name} '{value}'; there are: {', '.join(there) or 'none'}")


def best(found: Sequence[Run]) -> Rows:
    """The best source of each target (of one target, all): mean over languages and seeds, and the gain over `none`."""
    means, gains = by(found, "mean"), by(found, "mean.gain")
    order = sorted(means, key=lambda key: (key[0], -fmean(means[key]), key))
    if len({target for target, _ in order}) > 1:
        order = list({target: (target, source) for target, source in reversed(order)}.values())[::-1]
    head = ("target", "source", "mean", "gain", "seeds")
    return [head, *((*key, number(means[key]), number(gains.get(key), "+"), str(len(means[key]))) for key in order)]


def worst(found: Sequence[Run]) -> Rows:
    """Languages of each target, lowest first: mean over sources and seeds, and the best source's mean over seeds."""
    scores: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in found:
        target = run.data.tags["target"]
        for name, value in run.data.metrics.items():
            if name.startswith(f"{target}/"):
                scores[target, name.removeprefix(f"{target}/")][run.data.tags["source"]].append(value)
    rows = []
    for key, own in scores.items():
        source = min(own, key=lambda one: (-fmean(own[one]), one))
        rows.append((fmean(v for values in own.values() for v in values), key, source, fmean(own[source])))
    head = ("target", "language", "mean", "best source", "its mean")
    return [head, *((*key, f"{mean:.1f}", source, f"{top:.1f}") for mean, key, source, top in sorted(rows))]


def spread(found: Sequence[Run]) -> Rows:
    """Sample standard deviation of the mean over languages, by target and source, widest first."""
    means = {key: values for key, values in by(found, "mean").items() if len(values) > 1}
    order = sorted(means, key=lambda key: (-stdev(means[key]), key))
    rows = [
        (*key, f"{stdev(means[key]):.2f}", f"{min(means[key]):.1f}", f"{max(means[key]):.1f}", str(len(means[key])))
        for key in order
    ]
    return [("target", "source", "sd", "lowest", "highest", "seeds"), *rows]


def collapsed(found: Sequence[Run]) -> Rows:
    """Runs with the reason why their training counts as collapsed."""
    return [("run", "reason"), *sorted((run.info.run_name, run.data.tags["collapsed"]) for run in found)]


def changed(found: Sequence[Run], before: str, after: str, target: str | None = None) -> Rows:
    """Figures and parameters of runs that are there at both points and differ, the largest change of a score first."""
    old, new = (of(target, at(found, name)) for name in (before, after))
    rows, settings = [], []
    for cell in old.keys() & new.keys():
        first, second = old[cell].data, new[cell].data
        for name in first.metrics.keys() & second.metrics.keys():
            change = second.metrics[name] - first.metrics[name]
            if change and not name.startswith(("train/", "mean.")):  # what follows from other figures says nothing new
                figures = (f"{first.metrics[name]:.2f}", f"{second.metrics[name]:.2f}", f"{change:+.2f}")
                rows.append((-abs(change), cell, name, *figures))
        for name in first.params.keys() | second.params.keys():
            values = first.params.get(name, "-"), second.params.get(name, "-")
            if values[0] != values[1]:
                settings.append((cell, name, *values, ""))
    head = ("run", "figure or parameter", before, after, "change")
    return [head, *(row[1:] for row in sorted(rows)), *sorted(settings)]


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


def number(values: Sequence[float] | None, sign: str = "") -> str:
    """The mean with one decimal; a dash for none."""
    return f"{fmean(values):{sign}.1f}" if values else "-"


def aligned(rows: Rows) -> list[str]:
    """Columns as wide as their widest entry."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


NONE = "the experiment has no such run"
SAME = "no figure and no parameter differs"
QUESTIONS: dict[str, tuple[str, Callable[[Sequence[Run]], Rows], str]] = {  # the last: why there may be no answer
    "best": (CELLS, best, NONE),
    "worst": (CELLS, worst, NONE),
    "spread": (CELLS, spread, "no target and source has several seeds"),
    "collapsed": ("tags.collapsed LIKE '%'", collapsed, "no training has collapsed"),
}

if __name__ == "__main__":
    exit_cleanly(main)
