"""Intermediate training: fine-tune the backbone on a source's tasks and keep its encoder.

Stage 1 of Phang et al. 2020: one English task, several at once (one a step, drawn by size), with masked-LM steps, or on
machine-translated data, as the source's recipe says. The source `none` passes the backbone on unchanged. The target
task gets a new head; those of the tasks are kept for their own development scores and for `head: kept`.

    python -m stages.intermediate mnli 1
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts import paths
from xstilts.encoders.models import about, copy_model, random_encoder, save_model
from xstilts.errors import exit_cleanly
from xstilts.params import Params, read_params
from xstilts.records.files import write_json
from xstilts.seeding import Seeds

if TYPE_CHECKING:
    from xstilts.training.lessons import Lesson


def main() -> None:
    """Write `models/intermediate/<source>/<seed>/` and, if anything was trained, its learning curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("seed", type=int)
    name, seed = vars(parser.parse_args()).values()
    params = read_params()
    source, output = params.source(name), paths.encoder(name, seed)
    facts = {"stage": "intermediate", "source": name, "seed": seed, "ablate": source.ablate}
    if source.trained:
        train(params, name, seed, facts)
        return
    if source.init == "random":
        random = random_encoder(paths.BACKBONE, Seeds(seed).integer("random encoder"))
        save_model(random, paths.BACKBONE, output, {**about(paths.BACKBONE), **facts})
    else:
        copy_model(paths.BACKBONE, output, facts)
    empty: dict[str, Any] = {"tasks": [], "recipe": None, "steps": [], "dev": [], "best": None, "collapsed": None}
    write_json(paths.curve("intermediate", name, seed), {**facts, **empty})


def train(params: Params, name: str, seed: int, facts: dict[str, Any]) -> None:
    """One encoder, one task a step; the checkpoint with the best mean of the tasks' own development scores is kept."""
    from xstilts.encoders.heads import save_heads
    from xstilts.threads import is_main_process, use_threads
    from xstilts.training.lessons import freeze_embeddings, learn
    from xstilts.training.mixing import MultiTask, draws, shares_and_steps

    use_threads(params.threads)
    source = params.source(name)
    assert source.recipe  # of a trained source
    chosen = lessons(params, name, seed)
    seeds = Seeds(f"{seed}/intermediate/{'+'.join(lesson.name for lesson in chosen)}")
    shares, steps = shares_and_steps(source, chosen)
    tasks = draws(shares, steps, seeds)
    models = {lesson.name: lesson.model for lesson in chosen}
    model = MultiTask(models) if len(chosen) > 1 else chosen[0].model
    if source.recipe.freeze_embeddings:
        freeze_embeddings(chosen[0].model)

    title, folder = f"intermediate {name}, seed {seed}", paths.STATE / "intermediate" / name / str(seed)
    record, state = learn(title, chosen, tasks, model, source.recipe, params.optimisation, seeds, folder)
    if not is_main_process():
        return
    heads = {lesson.name: {"family": lesson.family, "labels": list(lesson.labels)} for lesson in chosen}
    save_model(
        chosen[0].model.base_model, paths.BACKBONE, paths.encoder(name, seed), facts,
        beside=lambda place: save_heads(models, heads, place),
    )  # fmt: skip
    sampled = {lesson.name: tasks.count(index) for index, lesson in enumerate(chosen)}
    counts = {lesson.name: dict(lesson.counts) for lesson in chosen}
    about_it = {"tasks": list(models), "recipe": source.model_dump(exclude_none=True), "sampled": sampled}
    write_json(paths.curve("intermediate", name, seed), {**facts, **about_it, "counts": counts, **record})
    state.clear()


def lessons(params: Params, name: str, seed: int) -> list[Lesson]:
    """What a source learns, from its folder of `data/mixtures`: its tasks in order, then masked text; one encoder."""
    from xstilts.training.lessons import Labelled
    from xstilts.training.mixing import share_encoder

    source, data = params.source(name), paths.mixture(name)
    found: list[Lesson] = []
    for task in source.tasks:
        files = training_files(data / task)
        seeds = Seeds(f"{seed}/intermediate/{task}")
        lesson = Labelled(params, task, source.recipe_of(task), data, files, paths.BACKBONE, seeds)
        if found and source.shared_head:
            lesson.model = found[0].model
        elif found:
            share_encoder(found[0].model, lesson.model)
        found.append(lesson)
    if source.mlm:
        from xstilts.training.masked import Masked

        seeds = Seeds(f"{seed}/intermediate/mlm")
        masked = Masked(source.mlm, source.recipe_of("mlm"), data, paths.BACKBONE, seeds)
        if found:
            share_encoder(found[0].model, masked.model)
        found.append(masked)
    return found


def training_files(folder: Path) -> list[Path]:
    """The files of a task's training set, English first."""
    return sorted((folder / "train").glob("*.parquet"), key=lambda path: (path.stem != "en", path.stem))


if __name__ == "__main__":
    exit_cleanly(main)
