"""`xstilts tasks`: what data sets there are, and all that is known of one."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from xstilts.commands.output import AsJson, Table, print_json, print_table
from xstilts.errors import unknown
from xstilts.tasks import Archive, Hub, Task, load, names
from xstilts.tasks import __name__ as package


def complete(incomplete: str) -> list[str]:
    """The data sets whose name begins so."""
    return [name for name in names() if name.startswith(incomplete)]


def tasks(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Everything about this one.", autocompletion=complete)
    ] = None,
    family: Annotated[str | None, typer.Option(help="Those of one family, such as tagging.")] = None,
    language: Annotated[str | None, typer.Option(help="Those that have this language, such as sw.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the data sets that there are, or show all about one.

    A line has family, metric, number of languages (of the benchmarks, and of the published set, all of which can
    be evaluated), source and licence; one data set has its citation, too. Which of
    them are used is said by params.yaml.

    \b
    Examples:
      xstilts tasks
      xstilts tasks --family tagging --language sw
      xstilts tasks xnli
    """
    if name is not None:
        one = about(load(name))
        print_json(one) if as_json else print_one(one)
        return
    there = [load(one) for one in names()]
    families, languages = (
        sorted({one.family for one in there}),
        sorted({one for task in there for one in task.supported}),
    )
    if family is not None and family not in families:
        raise unknown("family", family, families, "xstilts/tasks/")
    if language is not None and not any(language in task.published for task in there):
        raise unknown("language", language, languages, "xstilts/tasks/")
    chosen = [one for one in there if family in (None, one.family) and (language is None or language in one.published)]
    if as_json:
        print_json([about(one) for one in chosen])
        return
    head = ("task", "family", "metric", "languages", "published", "source", "licence")
    rows = [
        (one.name, one.family, one.metric, len(one.supported), len(one.published), source(one), one.licence)
        for one in chosen
    ]
    print_table(Table(head, rows, {"languages": "d", "published": "d"}))


def source(task: Task) -> str:
    """Where a data set is published: the first place, if there are several."""
    if not task.origin:
        return "by hand"
    first = task.origin[0]
    return first.repo if isinstance(first, Hub) else first.url.split("/")[2]


def about(task: Task) -> dict[str, Any]:
    """All that a task's file says, as plain values."""
    module = importlib.import_module(f"{package}.{task.name}")
    return {
        "name": task.name, "what": (module.__doc__ or "").strip().split("\n\n")[0], "family": task.family,
        "metric": task.metric, "languages": list(task.languages),
        "more languages (XTREME-R)": list(task.more_languages),
        "other languages": list(task.other_languages),
        "labels": list(task.labels), "layouts": list(task.readers), "rows": dict(task.counts),
        "has a training set": task.trains, "licence": task.licence, "citation": task.citation,
        "source": [_place(one) for one in task.origin], "notes": dict(task.notes),
        "file": f"xstilts/tasks/{task.name}.py",
    }  # fmt: skip


def _place(origin: Hub | Archive) -> str:
    return f"{origin.repo}@{origin.revision}" if isinstance(origin, Hub) else origin.url


def print_one(one: Mapping[str, Any]) -> None:
    """Print one data set, a fact a line."""
    for key, value in one.items():
        if value not in ([], {}):
            print(f"{key:26} {_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        if len(value) > 12 and all(isinstance(one, int) for one in value.values()):  # rows by language
            return f"{sum(value.values()):,} in {len(value)} languages"
        return "; ".join(f"{key}: {_shown(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        most = 3 if any(len(str(one)) > 30 for one in value) else 60  # addresses, or languages
        return " ".join(map(str, value[:most])) + (f" and {len(value) - most} more" if len(value) > most else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
