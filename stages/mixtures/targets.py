"""What a source asks of target trainings: translations of their training sets, a head that goes on, an oracle."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stages.common import paths, prepared
from stages.common.errors import InputError
from stages.common.files import write_json
from stages.common.params import Params, Source
from stages.common.prepared import Prepared
from stages.mixtures.tasks import join, translation

SERVES = {"squad_v1": "mlqa", "copa": "xcopa"}
"""Training sets of another name than the target whose development sets are an oracle's. XQuAD has none; it goes with
MLQA, with which it shares the model."""


def trainable() -> list[str]:
    """Every prepared data set that a target training could be on, whether there is one now or not: a new target, or
    another learning rate, need not run this stage again."""
    return sorted(
        folder.name
        for folder in paths.PREPARED.iterdir()
        if all((folder / split / "en.parquet").is_file() for split in ("train", "dev"))
    )


def addition(
    params: Params, name: str, source: Source, tasks: Sequence[Prepared], training: str, output: Path
) -> None:  # fmt: skip
    """What a source changes about one target training: translated data, the head that it keeps, the selection.

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
    selection = source.target_selection
    if selection == "oracle" and not oracle(params, name, training, output / "dev"):
        selection = "english"
    content: dict[str, Any] = {"languages": languages, "head": head, "selection": selection}
    write_json(output / "training.json", content)


def oracle(params: Params, name: str, training: str, output: Path) -> bool:
    """Copy the development sets of the other languages on which an oracle chooses; whether there are any.

    A target without any is refused, unless its recipe chooses nothing (TyDiQA, whose development set is the test set).
    """
    task = SERVES.get(training, training)
    files = [file for file in sorted((paths.PREPARED / task / "dev").glob("*.parquet")) if file.stem != "en"]
    targets = {params.training_of(target) for target, group in params.target_families().items() if group != "retrieval"}
    if not files and training in targets and params.training(training).selection == "best":
        raise InputError(
            f"sources.{name}.target_selection: oracle: no development set of {task} is prepared in another language "
            f"than English (`tasks.{task}.dev` lists them)"
        )
    output.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, output / file.name)
    return bool(files)


def kept_head(name: str, tasks: Sequence[Prepared], target: Prepared) -> str | None:
    """The task whose head a target training goes on with: itself, else the only one with its family and labels."""
    fitting = [task.name for task in tasks if (task.family, task.labels) == (target.family, target.labels)]
    if target.name in fitting or len(fitting) < 2:
        return target.name if target.name in fitting else next(iter(fitting), None)
    raise InputError(
        f"sources.{name}.head: kept: {target.name} could go on with the heads of {' and '.join(fitting)}; expected one"
    )
