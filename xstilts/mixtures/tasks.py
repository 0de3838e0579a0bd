"""The labelled part of a source: its tasks' training and development sets, as published, translated or united."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from xstilts import paths
from xstilts.conditions.apply import apply
from xstilts.errors import InputError
from xstilts.params import Params, Recipe, Source, Translated
from xstilts.records import prepared
from xstilts.records.files import read_rows, write_json, write_rows
from xstilts.records.prepared import SCHEMAS, Prepared
from xstilts.seeding import Seeds

Files = dict[str, list[Path]]  # language -> the file of each member


def task_data(params: Params, name: str, source: Source, task: str, output: Path) -> Prepared:
    """Write one task of a source: its facts, its training set in every language asked for, and its development set.

    Trainings read the development set under the name `en`, also where `params.dev_languages` are others."""
    members, languages = params.members(task), params.dev_languages(name, task)
    facts = agreed(name, task, [checked(name, member, languages) for member in members])
    prepared.write_facts(facts, output / task)
    training = training_files(params, name, source, members)
    for language, files in training.items():
        place = output / task / "train" / f"{language}.parquet"
        join(files, members, facts.family, place)
        if source.noised:
            noise(place, facts.family, language, source.noised)
    if source.shuffle_labels:
        shuffle_labels(f"sources.{name}", facts, output / task / "train")
    dev = [paths.PREPARED / member / "dev" / f"{language}.parquet" for language in languages for member in members]
    parts = [f"{language}/{member}" for language in languages for member in members] if languages[1:] else members
    join(dev, parts, facts.family, output / task / "dev" / "en.parquet")
    assert source.recipe  # of a source with tasks
    check_size(f"sources.{name}", task, source.recipe, output / task / "train")
    return facts


def checked(name: str, task: str, languages: Sequence[str] = ("en",)) -> Prepared:
    """The facts of a data set, which must have a training and a development set in the languages of the latter."""
    for split, language in product(("train", "dev"), languages):
        if not (place := paths.PREPARED / task / split / f"{language}.parquet").is_file():
            raise InputError(
                f"sources.{name}: task '{task}' cannot be trained on: {place} is missing (`tasks.{task}` says which "
                "languages are prepared: `train` and `dev`)"
            )
    return prepared.facts(task)


def agreed(name: str, task: str, members: Sequence[Prepared]) -> Prepared:
    """The facts of a task; those of a union must be of one family, with the same labels in the same order."""
    first = members[0]
    for other in members[1:]:
        for fact in ("family", "metric", "labels"):
            if getattr(first, fact) != getattr(other, fact):
                found = f"{getattr(first, fact)} of {first.name} and {getattr(other, fact)} of {other.name}"
                raise InputError(f"unions.{task} (sources.{name}): {fact}: found {found}, expected the same")
    return Prepared(**{**vars(first), "name": task})


def training_files(params: Params, name: str, source: Source, members: Sequence[str]) -> Files:
    """The files that each training language is made of: as published, then translated."""
    files: Files = {}
    translated = source.translated
    for language in source.languages if not (translated and translated.mode == "replace") else []:
        files[language] = [paths.PREPARED / member / "train" / f"{language}.parquet" for member in members]
        for file, member in zip(files[language], members, strict=True):
            if not file.is_file():
                raise InputError(
                    f"sources.{name}.languages: {member} has no training data in '{language}' as published ({file}; "
                    f"`tasks.{member}.train` lists what is prepared; `translated` asks for machine translations)"
                )
    for language in translated.languages if translated else ():
        if language in files:
            raise InputError(
                f"sources.{name}: '{language}' stands in languages and in translated, expected one of them"
            )
        files[language] = [translation(params, f"sources.{name}", member, language, translated) for member in members]
    return files


def translation(params: Params, where: str, task: str, language: str, wanted: Translated | None) -> Path:
    """The file of one translated training set, which must have rows."""
    try:
        name = params.translation(task, language, wanted.by if wanted else None, where)
    except ValueError as error:
        raise InputError(f"params.yaml: {error}") from None
    file = paths.PREPARED / name / "train" / f"{language}.parquet"
    if not read_rows(file):
        raise InputError(f"{where}: {file}: found no row, expected a translation of {task}")
    return file


def join(files: Sequence[Path], members: Sequence[str], family: str, output: Path) -> None:
    """One file as it is, or several as one whose ids begin with the data set (and language) they come from."""
    output.parent.mkdir(parents=True, exist_ok=True)
    if len(files) == 1:
        shutil.copyfile(files[0], output)
        return
    rows = [
        {**row, "id": f"{member}/{row['id']}"}
        for file, member in zip(files, members, strict=True)
        for row in read_rows(file)
    ]
    write_rows(output, rows, SCHEMAS[family])


def noise(file: Path, family: str, language: str, condition: str) -> None:
    """Put training rows under a condition; what was counted stands beside their folder."""
    made = apply(read_rows(file), family, language, condition)
    write_rows(file, made.rows, SCHEMAS[family])
    write_json(file.parent.parent / f"noised-{language}.json", {"condition": condition, **made.counts})


def shuffle_labels(where: str, facts: Prepared, folder: Path) -> None:
    """Deal the labels of the training rows out anew: each is as often there as before. A row has one in all languages.

    The same for every source and seed."""
    if facts.family != "classification":
        raise InputError(f"{where}.shuffle_labels: {facts.name} is {facts.family}, expected classification")
    files = {file: read_rows(file) for file in sorted(folder.glob("*.parquet"))}
    labels = {row["id"]: row["label"] for rows in files.values() for row in rows}
    order = Seeds("labels").numpy(facts.name).permutation(len(labels))
    given = list(labels.values())
    dealt = {row: given[place] for row, place in zip(labels, order.tolist(), strict=True)}
    for file, rows in files.items():
        write_rows(file, [{**row, "label": dealt[row["id"]]} for row in rows], SCHEMAS[facts.family])


def check_size(where: str, task: str, recipe: Recipe, folder: Path) -> None:
    """Refuse a subset that is larger than the training set."""
    ids = {row["id"] for file in folder.glob("*.parquet") for row in read_rows(file)} if recipe.max_examples else ()
    if recipe.max_examples and recipe.max_examples > len(ids):
        raise InputError(f"{where}.max_examples: found {recipe.max_examples}, but {task} has {len(ids)} examples")


def check_heads(name: str, source: Source, tasks: Sequence[Prepared]) -> None:
    """Tasks under one head must ask the same question with the same labels in the same order."""
    for task in tasks[1:] if source.shared_head else ():
        if (task.family, task.labels) != (tasks[0].family, tasks[0].labels):
            raise InputError(
                f"sources.{name}.shared_head: {tasks[0].name} is {tasks[0].family} with the labels "
                f"{', '.join(tasks[0].labels) or '-'}, {task.name} {task.family} with {', '.join(task.labels) or '-'}; "
                "expected the same"
            )
