"""Intermediate training: fine-tune the backbone on a source's tasks and keep its encoder.

Stage 1 of Phang et al. 2020: one English task, several at once (one a step, drawn by size), with masked-LM steps, or on
machine-translated data, as the source's recipe says. The source `none` passes the backbone on unchanged. The target
task gets a new head; those of the tasks are kept for their own development scores and for `head: kept`.

    python -m stages.intermediate mnli 1
"""

from __future__ import annotations

from typing import Any

from xstilts import arithmetic, environment, paths
from xstilts.encoders.heads import save_heads
from xstilts.encoders.models import about, copy_model, random_encoder, save_model
from xstilts.errors import exit_cleanly
from xstilts.params import Params, Recipe, Source
from xstilts.params.arguments import arguments
from xstilts.records.files import write_json
from xstilts.seeding import Seeds
from xstilts.threads import is_main_process, use_threads


def main() -> None:
    """Write `models/intermediate/<source>/<seed>/` and its learning curve."""
    params, (name, seed) = arguments(__doc__, "source", "seed")
    source = params.source(name)
    facts = {"stage": "intermediate", "source": name, "seed": seed, "ablate": source.ablate}
    if source.recipe:
        train(params, source.recipe, name, seed, facts)
    elif is_main_process():
        pass_on(source, name, seed, facts)


def train(params: Params, recipe: Recipe, name: str, seed: int, facts: dict[str, Any]) -> None:
    """One encoder, one task a step; the checkpoint with the best mean of the tasks' own development scores is kept."""
    about(paths.BACKBONE)  # refused before torch is imported
    from xstilts.training.lessons import freeze, learn
    from xstilts.training.mixing import draws, shares_and_steps, under_one
    from xstilts.training.sources import lessons_of

    use_threads(params.threads, params.arithmetic)
    facts |= {"made": arithmetic.made(params.arithmetic, environment.processes())}
    source = params.source(name)
    lessons = lessons_of(params, name, seed)
    seeds = Seeds(f"{seed}/intermediate/{'+'.join(lesson.name for lesson in lessons)}")
    tasks = draws(*shares_and_steps(source, lessons), seeds)
    freeze(lessons[0].model, recipe)
    title, folder = f"intermediate {name}, seed {seed}", paths.STATE / "intermediate" / name / str(seed)
    model = under_one(lessons)
    record, state = learn(title, lessons, tasks, model, recipe, params.optimisation, seeds, folder)

    if is_main_process():
        models = {one.name: one.model for one in lessons}
        heads = {one.name: {"family": one.family, "labels": list(one.labels)} for one in lessons}
        save_model(
            lessons[0].model.base_model, paths.BACKBONE, paths.encoder(name, seed), facts,
            beside=lambda place: save_heads(models, heads, place),
        )  # fmt: skip
        learnt = {"tasks": list(models), "recipe": source.model_dump(exclude_none=True)}
        learnt["sampled"] = {one.name: tasks.count(index) for index, one in enumerate(lessons)}
        learnt["counts"] = {one.name: dict(one.counts) for one in lessons}
        write_json(paths.curve("intermediate", name, seed), {**facts, **learnt, **record})
        state.clear()


def pass_on(source: Source, name: str, seed: int, facts: dict[str, Any]) -> None:
    """The backbone as it is, or for a control with random weights; nothing is trained, so the curve is empty."""
    if source.init == "random":
        random = random_encoder(paths.BACKBONE, Seeds(seed).integer("random encoder"))
        save_model(random, paths.BACKBONE, paths.encoder(name, seed), {**about(paths.BACKBONE), **facts})
    else:
        copy_model(paths.BACKBONE, paths.encoder(name, seed), facts)
    empty: dict[str, Any] = {"tasks": [], "recipe": None, "steps": [], "dev": [], "best": None, "collapsed": None}
    write_json(paths.curve("intermediate", name, seed), {**facts, **empty})


if __name__ == "__main__":
    exit_cleanly(main)
