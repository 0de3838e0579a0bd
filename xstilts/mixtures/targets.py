"""What a source asks of target trainings: translations of their training sets, a head that goes on, an oracle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.errors import InputError, missing
from xstilts.mixtures.tasks import join, translation
from xstilts.params import Params, Source
from xstilts.records import prepared
from xstilts.records.files import write_json
from xstilts.records.prepared import Prepared

SERVES = {"squad_v1": "mlqa", "copa": "xcopa"}
"""Training sets of another name than the target whose development sets are an oracle's. XQuAD has none; it goes with
MLQA, with which it shares the model."""
BEFORE_ANOTHER = ("siqa",)  # a model of these is no target's, it learns on: nothing but English chooses it


def check_english(params: Params) -> None:
    """Refuse a target whose data set is there, but not in English: target trainings are English."""
    for name in params.trainings():
        place = paths.PREPARED / name / "train" / "en.parquet"
        if (paths.PREPARED / name / "task.json").is_file() and not place.is_file():
            raise InputError(f"{params.place(name)}: {name} has no English training set ({place}): it can be a source, "
                             "but no target")  # fmt: skip


def trainable() -> list[str]:
    """Every prepared data set that a target training could be on, whether there is one now or not: a new target, or
    another learning rate, need not run this stage again."""
    if not paths.PREPARED.is_dir():
        raise missing(paths.PREPARED, "folder")
    return sorted(
        folder.name
        for folder in paths.PREPARED.iterdir()
        if all((folder / split / "en.parquet").is_file() for split in ("train", "dev"))
    )


def addition(
    params: Params, name: str, source: Source, tasks: Sequence[Prepared], training: str, output: Path
) -> None:  # fmt: skip
    """What a source changes about one target training: translated data, the head that it keeps, the selection.

    What cannot be had is refused if it is for a target. If it is not, the refusal is written down for `stages.target`:
    for a target that comes later this stage does not run again."""
    selection = "english" if training in BEFORE_ANOTHER else source.target_selection
    try:
        translated = translations(params, name, source, training)
        head = kept_head(name, tasks, prepared.facts(training)) if source.head == "kept" else None
        devs = oracle(params, name, training) if selection == "oracle" else []
    except InputError as error:
        if training in params.trainings():
            raise
        write_json(output / "training.json", {"refused": str(error)})
        return
    for language, file in translated.items():
        join([file], [training], "", output / "train" / f"{language}.parquet")
    for file in devs:
        join([file], [training], "", output / "dev" / file.name)
    wanted = source.translate_train
    english = [] if wanted and wanted.mode == "replace" else ["en"]
    content: dict[str, Any] = {"languages": [*english, *translated], "head": head, "selection": selection}
    write_json(output / "training.json", content)


def translations(params: Params, name: str, source: Source, training: str) -> dict[str, Path]:
    """The translated training sets that a source asks for, by language."""
    wanted, where = source.translate_train, f"sources.{name}.translate_train"
    languages = wanted.languages if wanted else []
    return {language: translation(params, where, training, language, wanted) for language in languages}


def oracle(params: Params, name: str, training: str) -> list[Path]:
    """The development sets of the other languages, on which an oracle chooses.

    There must be some, unless the recipe chooses nothing (TyDiQA, whose development set is the test set)."""
    task = SERVES.get(training, training)
    languages = params.tasks[task].dev if task in params.tasks else []
    files = [paths.PREPARED / task / "dev" / f"{language}.parquet" for language in languages if language != "en"]
    if not files and not (training in params.trainings() and params.training(training).selection == "last"):
        raise InputError(
            f"sources.{name}.target_selection: oracle: no development set of {task} is prepared in another language "
            f"than English (`tasks.{task}.dev` lists them)"
        )
    for file in files:
        if not file.is_file():
            raise InputError(f"{file}: file not found, but `tasks.{task}.dev` has it (run `dvc repro`)")
    return files


def kept_head(name: str, tasks: Sequence[Prepared], target: Prepared) -> str | None:
    """The task whose head a target training goes on with: itself, else the only one with its family and labels."""
    fitting = [task.name for task in tasks if (task.family, task.labels) == (target.family, target.labels)]
    if target.name in fitting or len(fitting) < 2:
        return target.name if target.name in fitting else next(iter(fitting), None)
    raise InputError(
        f"sources.{name}.head: kept: {target.name} could go on with the heads of {' and '.join(fitting)}; expected one"
    )
