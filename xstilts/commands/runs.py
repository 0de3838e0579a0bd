"""Questions to the MLflow view: `xstilts best`, `worst`, `spread`, `changed`, `collapsed`.

Each is a filter over the view's runs, which works in the search field of MLflow's page, too: it is printed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xstilts.commands.names import TargetOption, check_target
from xstilts.commands.output import AsJson, Table, note, print_json, print_table
from xstilts.commands.project import enter
from xstilts.params import read_params
from xstilts.tracking.search import ask, at, by, check, of, runs, whole

if TYPE_CHECKING:
    from mlflow.entities import Run

CELLS = "tags.target LIKE '%' and tags.row = 'record'"  # no controls, no other choice of checkpoints
NONE = "the experiment has no such run"
Scope = Annotated[str | None, typer.Option("--scope", help="A DVC experiment instead of the workspace.")]
Profile = Annotated[str | None, typer.Option("--profile", help="That of params.yaml if not given.")]
Lines = Annotated[int, typer.Option("--lines", help="At most so many.", min=1)]


def best(
    target: TargetOption = None,
    scope: Scope = None,
    profile: Profile = None,
    lines: Lines = 30,
    as_json: AsJson = False,
) -> None:
    """The best source of every target, and its gain over `none`.

    Means are over languages and seeds.

    \b
    Examples:
      xstilts best
      xstilts best --target xnli        all sources of one target
      xstilts best --scope lr-2 --json  of a DVC experiment
    """
    answer(CELLS, best_sources, NONE, target, scope, profile, lines, as_json)


def worst(
    target: TargetOption = None,
    scope: Scope = None,
    profile: Profile = None,
    lines: Lines = 30,
    as_json: AsJson = False,
) -> None:
    """The languages of each target, lowest first.

    Means are over sources and seeds; the best source of each language stands beside.

    \b
    Examples:
      xstilts worst --target xnli
      xstilts worst --lines 5
    """
    answer(CELLS, worst_languages, NONE, target, scope, profile, lines, as_json)


def spread(
    target: TargetOption = None,
    scope: Scope = None,
    profile: Profile = None,
    lines: Lines = 30,
    as_json: AsJson = False,
) -> None:
    """Targets and sources by their spread over seeds.

    It is the sample standard deviation of the mean over languages; the widest comes first.

    \b
    Examples:
      xstilts spread
      xstilts spread --target panx
    """
    nothing = "no target and source has several seeds"
    answer(CELLS, spread_over_seeds, nothing, target, scope, profile, lines, as_json)


def collapsed(
    target: TargetOption = None,
    scope: Scope = None,
    profile: Profile = None,
    lines: Lines = 30,
    as_json: AsJson = False,
) -> None:
    """Runs behind which a training has collapsed.

    \b
    Examples:
      xstilts collapsed
      xstilts collapsed --target tydiqa
    """
    query, nothing = "tags.collapsed LIKE '%'", "no training has collapsed"
    answer(query, collapsed_runs, nothing, target, scope, profile, lines, as_json)


def changed(
    before: Annotated[str, typer.Argument(metavar="A", help="A commit or a DVC experiment.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    target: TargetOption = None,
    profile: Profile = None,
    lines: Lines = 30,
    as_json: AsJson = False,
) -> None:
    """What differs between two commits or experiments.

    Figures and parameters of the same runs; the largest change of a score comes first. Of commits those are known
    at which the view was rebuilt (by `aggregate`, the last stage).

    \b
    Examples:
      xstilts changed HEAD~1 HEAD
      xstilts changed HEAD lr-2 --target panx
    """
    enter()
    if target and not profile:
        check_target(read_params(), target)
    found = [run for run in runs(profile or read_params().profile, "", gone=True) if whole(run)]
    check(found, target=target)
    note(f"before: {before}, after: {after}")
    show(changes(found, before, after, target), "no figure and no parameter differs", lines, as_json)


def answer(
    query: str, question: Callable[[Sequence[Run]], Table], nothing: str,
    target: str | None, scope: str | None, profile: str | None, lines: int, as_json: bool,
) -> None:  # fmt: skip
    """Ask the view and show what it says; `nothing` is why there may be no answer."""
    enter()
    if target and not (scope or profile):  # a mistyped name is found before mlflow is loaded
        check_target(read_params(), target)
    tags = {"scope": scope or "workspace", "target": target}
    filter_, found = ask(profile or read_params().profile, query, tags)
    note(filter_)
    show(question(found), nothing, lines, as_json)


def show(table: Table, nothing: str, lines: int, as_json: bool) -> None:
    """Print at most so many lines of an answer, and say if there are more, or none."""
    shown = Table(table.head, table.rows[:lines], table.forms)
    if as_json:
        print_json(shown.records())
    elif table.rows:
        print_table(shown)
    if not table.rows:
        note(f"nothing to show: {nothing}")
    if len(table.rows) > lines:
        note(f"{len(table.rows) - lines} more (--lines)")


def best_sources(found: Sequence[Run]) -> Table:
    """The best source of each target (of one target, all): mean over languages and seeds, and the gain over `none`."""
    means, gains = by(found, "mean"), by(found, "mean.gain")
    order = sorted(means, key=lambda key: (key[0], -fmean(means[key]), key))
    if len({target for target, _ in order}) > 1:
        order = list({target: (target, source) for target, source in reversed(order)}.values())[::-1]
    rows = [(*key, fmean(means[key]), fmean(gains[key]) if key in gains else None, len(means[key])) for key in order]
    return Table(("target", "source", "mean", "gain", "seeds"), rows, {"mean": ".1f", "gain": "+.1f", "seeds": "d"})


def worst_languages(found: Sequence[Run]) -> Table:
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
    ordered = [(*key, mean, source, top) for mean, key, source, top in sorted(rows)]
    return Table(("target", "language", "mean", "best source", "its mean"), ordered, {"mean": ".1f", "its mean": ".1f"})


def spread_over_seeds(found: Sequence[Run]) -> Table:
    """Sample standard deviation of the mean over languages, by target and source, widest first."""
    means = {key: values for key, values in by(found, "mean").items() if len(values) > 1}
    order = sorted(means, key=lambda key: (-stdev(means[key]), key))
    rows = [(*key, stdev(means[key]), min(means[key]), max(means[key]), len(means[key])) for key in order]
    forms = {"sd": ".2f", "lowest": ".1f", "highest": ".1f", "seeds": "d"}
    return Table(("target", "source", "sd", "lowest", "highest", "seeds"), rows, forms)


def collapsed_runs(found: Sequence[Run]) -> Table:
    """Runs with the reason why their training counts as collapsed."""
    return Table(("run", "reason"), sorted((run.info.run_name, run.data.tags["collapsed"]) for run in found))


def changes(found: Sequence[Run], before: str, after: str, target: str | None = None) -> Table:
    """Figures and parameters of runs that are there at both points and differ, the largest change of a score first."""
    old, new = (of(target, at(found, name)) for name in (before, after))
    rows: list[tuple[Any, ...]] = []
    settings: list[tuple[Any, ...]] = []
    for cell in old.keys() & new.keys():
        first, second = old[cell].data, new[cell].data
        for name in first.metrics.keys() & second.metrics.keys():
            change = second.metrics[name] - first.metrics[name]
            if change and not name.startswith(("train/", "mean.")):  # what follows from other figures says nothing new
                rows.append((-abs(change), cell, name, first.metrics[name], second.metrics[name], change))
        for name in first.params.keys() | second.params.keys():
            values = first.params.get(name), second.params.get(name)
            if values[0] != values[1]:
                settings.append((cell, name, *values, None))
    head = ("run", "figure or parameter", "before", "after", "change")
    forms = {"before": ".2f", "after": ".2f", "change": "+.2f"}
    return Table(head, [row[1:] for row in sorted(rows)] + sorted(settings, key=lambda row: row[:2]), forms)
