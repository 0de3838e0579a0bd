"""What a source learns: its tasks in order, then masked text, all under one encoder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xstilts import paths
from xstilts.seeding import Seeds
from xstilts.training.lessons import Labelled
from xstilts.training.masked import Masked
from xstilts.training.mixing import share_encoder

if TYPE_CHECKING:
    from xstilts.params import Params
    from xstilts.training.lessons import Lesson


def lessons_of(params: Params, name: str, seed: int) -> list[Lesson]:
    """The lessons of one source and seed, from its folder of `data/mixtures`; the encoder is the backbone's."""
    source, data = params.source(name), paths.mixture(name)
    found: list[Lesson] = []
    for task in source.tasks:
        seeds = Seeds(f"{seed}/intermediate/{task}")
        files = training_files(data / task)
        lesson = Labelled(
            params, task, source.recipe_of(task), params.place_in(name, task), data, files, paths.BACKBONE, seeds
        )
        if found and source.shared_head:
            lesson.model = found[0].model
        elif found:
            share_encoder(found[0].model, lesson.model)
        found.append(lesson)
    if source.mlm:
        seeds = Seeds(f"{seed}/intermediate/mlm")
        masked = Masked(params, name, data, paths.BACKBONE, seeds)
        if found:
            share_encoder(found[0].model, masked.model)
        found.append(masked)
    return found


def training_files(folder: Path) -> list[Path]:
    """The files of a task's training set, English first."""
    return sorted((folder / "train").glob("*.parquet"), key=lambda path: (path.stem != "en", path.stem))
