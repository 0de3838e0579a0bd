"""What each source trains on: the training and development sets of its tasks and its raw text, side by side.

DVC cannot take a recipe's list of tasks as dependencies. So this stage, which takes a second, reads all prepared data
and gives every source a folder of its own; a source is trained again only if something in its folder has changed. What
a source asks of target trainings (translated data, a kept head) lies there too. All of it is checked before any
training begins.

    python -m stages.mixture
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from stages.common import paths, prepared
from stages.common.errors import InputError, exit_cleanly
from stages.common.files import read_json, write_json, write_rows, writing
from stages.common.params import Corpus, MaskedText, Params, Recipe, Source, Translated, read_params
from stages.common.prepared import Prepared
from stages.common.seeding import Seeds
from stages.common.task import SCHEMAS
from stages.formats.corpus import read_corpus

LINE = {"id": "str", "text": "str"}
Files = dict[str, list[Path]]  # language -> the file of each member


def main() -> None:
    """Write `data/mixtures/<source>/` for every source, and what is known of the translations."""
    params = read_params()
    with writing(Path("data/mixtures")) as folder:
        for name, source in params.sources.items():
            tasks = [task_data(params, name, source, task, folder / name / "intermediate") for task in source.tasks]
            check_heads(name, source, tasks)
            if source.mlm:
                masked_text(params.corpus, source.mlm, f"sources.{name}.mlm", folder / name / "intermediate" / "mlm")
            for training in trainable():
                addition(params, name, source, tasks, training, folder / name / training)
    write_json(paths.TRANSLATIONS, {name: quality_line(name) for name in params.translations})


def task_data(params: Params, name: str, source: Source, task: str, output: Path) -> Prepared:
    """Write one task of a source: its facts, its training set in every language asked for, its English dev set."""
    members = params.members(task)
    facts = agreed(name, task, [checked(name, member) for member in members])
    prepared.write_facts(facts, output / task)
    training = training_files(params, name, source, members)
    for language, files in training.items():
        join(files, members, facts.family, output / task / "train" / f"{language}.parquet")
    dev = [paths.PREPARED / member / "dev" / "en.parquet" for member in members]
    join(dev, members, facts.family, output / task / "dev" / "en.parquet")
    assert source.recipe  # of a source with tasks
    check_size(f"sources.{name}", task, source.recipe, output / task / "train")
    return facts


def trainable() -> list[str]:
    """Every prepared data set that a target training could be on, whether there is one now or not: a new target, or
    another learning rate, need not run this stage again."""
    return sorted(
        folder.name
        for folder in paths.PREPARED.iterdir()
        if all((folder / split / "en.parquet").is_file() for split in ("train", "dev"))
    )


def checked(name: str, task: str) -> Prepared:
    """The facts of a data set, which must have an English training and development set."""
    for split in ("train", "dev"):
        if not (place := paths.PREPARED / task / split / "en.parquet").is_file():
            raise InputError(f"sources.{name}: task '{task}' cannot be trained on: {place} is missing")
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
    name = params.translation(task, language, wanted.by if wanted else None, where)
    file = paths.PREPARED / name / "train" / f"{language}.parquet"
    if not prepared.read(file):
        raise InputError(f"{where}: {file}: found no row, expected a translation of {task}")
    return file


def join(files: Sequence[Path], members: Sequence[str], family: str, output: Path) -> None:
    """One file as it is, or several as one whose ids begin with the data set they come from."""
    output.parent.mkdir(parents=True, exist_ok=True)
    if len(files) == 1:
        shutil.copyfile(files[0], output)
        return
    rows = [
        {**row, "id": f"{member}/{row['id']}"}
        for file, member in zip(files, members, strict=True)
        for row in prepared.read(file)
    ]
    write_rows(output, rows, SCHEMAS[family])


def check_size(where: str, task: str, recipe: Recipe, folder: Path) -> None:
    """Refuse a subset that is larger than the training set."""
    ids = {row["id"] for file in folder.glob("*.parquet") for row in prepared.read(file)} if recipe.max_examples else ()
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


def masked_text(corpus: Corpus, text: MaskedText, where: str, output: Path) -> None:
    """Lines of every language in one seeded order: first those held out, then as many for training as asked for."""
    for language in text.languages:
        lines = list(dict.fromkeys(read_corpus(Path(corpus.source), corpus.layout, language)))
        asked = text.held_out + (text.lines or 1)
        if len(lines) < asked:
            raise InputError(
                f"{where}: {corpus.source} has {len(lines)} different lines in '{language}', expected {asked} or more: "
                f"{text.held_out} held out and {text.lines or 1} to learn from"
            )
        order = Seeds("corpus").numpy(language).permutation(len(lines))
        rows = iter([{"id": f"{language}/{i}", "text": lines[i]} for i in order.tolist()])
        write_rows(output / "dev" / f"{language}.parquet", list(islice(rows, text.held_out)), LINE)
        write_rows(output / "train" / f"{language}.parquet", list(islice(rows, text.lines)), LINE)
    write_json(output / "lines.json", {"languages": text.languages, "lines": text.lines, "held_out": text.held_out})


def addition(
    params: Params, name: str, source: Source, tasks: Sequence[Prepared], training: str, output: Path
) -> None:  # fmt: skip
    """What a source changes about one target training: translated data, and the head that it keeps.

    A data set without a translation is refused if it is a target; if it is not, there is nothing to write."""
    wanted, is_target = source.translate_train, training in params.trainings()
    served = {(one.task, one.language) for one in params.translations.values()}
    if wanted and not is_target and not {(training, language) for language in wanted.languages} <= served:
        return
    languages = [] if wanted and wanted.mode == "replace" else ["en"]
    for language in wanted.languages if wanted else ():
        file = translation(params, f"sources.{name}.translate_train", training, language, wanted)
        join([file], [training], "", output / "train" / f"{language}.parquet")
        languages.append(language)
    keeps = source.head == "kept" and is_target
    head = kept_head(name, tasks, prepared.facts(training)) if keeps else None
    content: dict[str, Any] = {"languages": languages, "head": head}
    write_json(output / "training.json", content)


def kept_head(name: str, tasks: Sequence[Prepared], target: Prepared) -> str | None:
    """The task whose head a target training goes on with: itself, else the only one with its family and labels."""
    fitting = [task.name for task in tasks if (task.family, task.labels) == (target.family, target.labels)]
    if target.name in fitting or len(fitting) < 2:
        return target.name if target.name in fitting else next(iter(fitting), None)
    raise InputError(
        f"sources.{name}.head: kept: {target.name} could go on with the heads of {' and '.join(fitting)}; expected one"
    )


def quality_line(name: str) -> dict[str, Any]:
    """How good one translation looks, for the report: rows lost, chrF where a reference exists, lengths, copies."""
    made = read_json(paths.PREPARED / name / "translation.json")
    machine = made.get("translator", {})
    measured = machine.get("held_out", {}).get(made["language"], {})
    return {
        **{key: made[key] for key in ("task", "language", "by")}, **made["quality"], "chrf": measured.get("chrf2"),
        "rows_in": made["rows"]["english"], "rows_out": made["rows"]["translated"],
        "dropped": {key: value for key, value in made["counts"].items() if key.startswith("dropped")},
        "counts": made["counts"], "signature": {**machine, **made.get("published", {})},
    }  # fmt: skip


if __name__ == "__main__":
    exit_cleanly(main)
