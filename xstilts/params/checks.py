"""Checks of the sections of `params.yaml` against one another: each raises `ValueError`, with the place in its text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from xstilts.errors import InputError, near
from xstilts.params.conditions import canonical, needed, parse
from xstilts.params.data import NOTHING
from xstilts.params.fields import Fields
from xstilts.params.lengths import wrong
from xstilts.params.targets import Targets


def tasks_of_unions(params: Fields) -> None:
    """A union is of entries of `tasks`, and no name stands for two things."""
    for union, members in params.unions.items():
        for task in members:
            _known_task(params, task, f"unions.{union}")
    for name in {*params.unions, *params.translations, "mlm"} & set(params.tasks):
        raise ValueError(f"'{name}' is the name of a task, expected another for the union or translation")


def rows(params: Fields) -> None:
    """Sources train on tasks, translations and text that are there, and no two of them are the same row."""
    known = [*params.tasks, *params.unions]
    for name, source in params.sources.items():
        for task in source.tasks:
            if task not in known:
                raise ValueError(f"sources.{name}: unknown task '{task}'{near(task, known)}; `tasks` and `unions` have "
                                 f"{', '.join(known)}")  # fmt: skip
            if made := source.translated:
                for member, language in product(params.members(task), made.languages):
                    params.translation(member, language, made.by, f"sources.{name}")
        if source.mlm and params.corpus.source == NOTHING:
            raise ValueError(f"sources.{name}.mlm: also needs the section `corpus`, which says where its text is")
        if source.noised:
            _noise(source.noised, f"sources.{name}.noised")
        params.record_of(name)
        if source.target_selection != "english" and [*params.sources.values()].count(source) > 1:
            raise ValueError(f"sources.{name}: another source has the same recipe and '{source.target_selection}', too")


def columns(params: Fields) -> None:
    """Targets are entries of `tasks`, each in one group; what trains several of them is there if they are."""
    every = [target for group in Targets.model_fields for target in getattr(params.targets, group)]
    for target in every:
        if target not in params.tasks:
            raise ValueError(f"targets: '{target}' is not in `tasks`{near(target, params.tasks)}, which has "
                             f"{', '.join(params.tasks)}")  # fmt: skip
        if every.count(target) > 1:
            raise ValueError(f"targets: found '{target}' in two groups, expected it in one")
    if params.targets.squad and not (params.squad and "squad_v1" in params.tasks):
        raise ValueError("targets.squad: also needs 'squad_v1' in `tasks` and a section `squad` with its recipe, "
                         "`squad: {squad_v1: {epochs: ..., ...}}`")  # fmt: skip
    if params.squad and not params.targets.squad:
        raise ValueError("squad: no target under `targets.squad` needs this training; expected `squad: {}`")
    if params.targets.translation and not (params.parallel and "lafand" in params.tasks):
        raise ValueError("targets.translation: also needs 'lafand' in `tasks` and a section `parallel` with its "
                         "recipe, `parallel: {lafand: {epochs: ..., ...}}`")  # fmt: skip
    if params.parallel and not params.targets.translation:
        raise ValueError("parallel: no target under `targets.translation` needs this training; expected `parallel: {}`")
    for name in ("siqa", "copa") if params.targets.copa else ():
        if getattr(params, name) is None or name not in params.tasks:
            raise ValueError(f"targets.copa: also needs '{name}' in `tasks` and a section `{name}` with its recipe")


def conditions(params: Fields) -> None:
    """Conditions are known, each named once, their files given, and of targets: nothing else is evaluated."""
    targets = params.target_families()
    for task, chosen in params.conditions.items():
        if task not in targets:
            raise ValueError(
                f"conditions: found '{task}', which is no target{near(task, targets)}: only test sets of targets are "
                f"evaluated; there are: {', '.join(targets)}"
            )
        known: dict[str, str] = {}
        for one in chosen:
            try:
                other = known.setdefault(canonical(one, task, f"conditions.{task}"), one)
            except InputError as error:
                raise ValueError(str(error)) from None
            if other != one or chosen.count(one) > 1:
                raise ValueError(f"conditions.{task}: found '{other}' and '{one}', which are the same: expected one")
            if (key := needed(one, task)) and getattr(params.condition_files, key) == NOTHING:
                raise ValueError(
                    f"conditions.{task}: '{one}' also needs condition_files.{key}, the folder of its files"
                )


def names(params: Fields) -> None:
    """No two names differ in their case alone: on some file systems they are one folder."""
    sections: dict[str, Iterable[str]] = {
        "sources": params.sources, "tasks": params.tasks, "translators": params.translators,
        "translations": params.translations, "downloads": params.downloads,
    }  # fmt: skip
    for section, known in sections.items():
        found: dict[str, str] = {}
        for name in known:
            if (other := found.setdefault(name.lower(), name)) != name:
                raise ValueError(
                    f"{section}: found '{other}' and '{name}', expected names that differ not in case alone"
                )


def seeds(params: Fields) -> None:
    """No seed twice."""
    if len(set(params.seeds)) < len(params.seeds):
        raise ValueError(f"seeds: found {params.seeds}, expected no seed twice")


def lengths(params: Fields) -> None:
    """Every length holds something, and none is longer than the positions of an encoder that is made here.

    Of a released encoder neither is known here: `xstilts/encoders/lengths.py` asks again when it is there."""
    made = params.backbone.architecture if params.backbone.kind == "pretrain" else None
    one, two = (2, 4) if made else (0, 0)  # `<s> a </s>`, `<s> a </s></s> b </s>`
    if problem := wrong(params, one, two, made.positions if made else None, "backbone.architecture.positions"):
        raise ValueError(problem)


def development_sets(params: Fields) -> None:
    """What an oracle chooses on must not be what is scored."""
    for name, task in params.tasks.items():
        chosen = task.evaluate.get("dev", [])
        if task.dev and (isinstance(chosen, str) or {*task.dev} & {*chosen}):
            raise ValueError(
                f"tasks.{name}.dev: found {', '.join(task.dev)}, but evaluate.dev scores {chosen}; an oracle must "
                "not choose on what is scored"
            )


def translations(params: Fields) -> None:
    """A translation is of a task, by a translator that serves its language, or published."""
    for name, one in params.translations.items():
        place = f"translations.{name}"
        _known_task(params, one.task, place)
        if one.by == "published":
            continue
        if one.by not in params.translators:
            known = [*params.translators, "published"]
            raise ValueError(f"{place}.by: found '{one.by}'{near(one.by, known)}, expected one of: {', '.join(known)}")
        if one.source != f"models/translators/{one.by}":
            raise ValueError(f"{place}.from: found '{one.source}', expected 'models/translators/{one.by}'")
        if one.language not in (served := params.translators[one.by].languages):
            raise ValueError(f"{place}.language: found '{one.language}', which {one.by} does not serve; "
                             f"expected one of: {', '.join(served)}")  # fmt: skip


def _noise(text: str, where: str) -> None:
    """A condition of training rows needs nothing but the rows: no tables of words, no other language."""
    try:
        name = parse(text, where).perturbation
    except InputError as error:
        raise ValueError(str(error)) from None
    if name in ("natural", "code-mix", "code-mix-texts"):
        raise ValueError(f"{where}: found '{text}', which needs more than the rows; expected one such as swap-0.2")


def _known_task(params: Fields, task: str, place: str) -> None:
    if task not in params.tasks:
        there = ", ".join(params.tasks)
        raise ValueError(f"{place}: unknown task '{task}'{near(task, params.tasks)}; `tasks` has {there}")


ALL = (names, tasks_of_unions, rows, columns, conditions, seeds, lengths, development_sets, translations)
