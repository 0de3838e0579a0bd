"""Intermediate training: fine-tune the backbone on an English intermediate task and keep its encoder.

Stage 1 of Phang et al. 2020. The source `none` passes the backbone on unchanged. Only the encoder is kept: the head of
the intermediate task is dropped, and the target task gets a new one.

    python -m stages.intermediate mnli 1
"""

from __future__ import annotations

import argparse

from stages.common import paths
from stages.common.encoder import copy_model, random_encoder, save_model
from stages.common.errors import exit_cleanly
from stages.common.files import write_json
from stages.common.params import read_params
from stages.common.seeding import Seeds


def main() -> None:
    """Write `models/intermediate/<source>/<seed>/` and, if anything was trained, its learning curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("seed", type=int)
    arguments = parser.parse_args()
    params = read_params()
    recipe = params.source(arguments.source)
    output, curve = (
        paths.encoder(arguments.source, arguments.seed),
        paths.curve("intermediate", *vars(arguments).values()),
    )
    about = {"stage": "intermediate", "source": arguments.source, "seed": arguments.seed, "ablate": recipe.ablate}

    if recipe.recipe is not None:
        from stages.common.finetuning import finetune
        from stages.common.process import is_main_process

        model, record, state = finetune(
            params, "intermediate", recipe.tasks[0], recipe.recipe, paths.mixture(arguments.source), paths.BACKBONE,
            arguments.source, arguments.seed,
        )  # fmt: skip
        if is_main_process():
            save_model(model.base_model, paths.BACKBONE, output, about)
            write_json(curve, record)
            state.clear()
        return
    if recipe.init == "random":
        seed = Seeds(arguments.seed).integer("random encoder")
        save_model(random_encoder(paths.BACKBONE, seed), paths.BACKBONE, output, about)
    else:
        copy_model(paths.BACKBONE, output, about)
    write_json(curve, {**about, "task": None, "recipe": None, "steps": [], "dev": [], "best": None, "collapsed": None})


if __name__ == "__main__":
    exit_cleanly(main)
