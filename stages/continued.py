"""Continued target training: a fine-tuned model, encoder and head, learns on from another data set of its family.

XTREME-R asks XCOPA of a model that was trained on Social IQa and then on English COPA: xtreme
`third_party/run_xcopa.py` @838c13b loads the first model whole and begins again at step 0. No label of a target
language is seen here.

    python -m stages.continued copa siqa none 1
"""

from __future__ import annotations

import argparse

from stages.common import paths
from stages.common.encoder import about, save_model
from stages.common.errors import InputError, exit_cleanly
from stages.common.files import write_json
from stages.common.finetuning import finetune
from stages.common.params import read_params
from stages.common.process import is_main_process


def main() -> None:
    """Write `models/target/<training>/<source>/<seed>/`, which begins as the model of `first`, and its curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("training")
    parser.add_argument("first")
    parser.add_argument("source")
    parser.add_argument("seed", type=int)
    arguments = parser.parse_args()
    cell = (arguments.training, arguments.source, arguments.seed)
    model = paths.target(arguments.first, *cell[1:])
    if (found := about(model).get("training")) != arguments.first:
        raise InputError(f"{model}: found a model trained on {found}, expected one trained on {arguments.first}")

    params = read_params()
    recipe = params.training(arguments.training)
    trained, record, state = finetune(params, "target", arguments.training, recipe, paths.PREPARED, model, *cell[1:])
    if is_main_process():
        kept = {"stage": "target", "ablate": about(model).get("ablate", False), **vars(arguments)}
        save_model(trained, model, paths.target(*cell), kept)
        write_json(paths.curve("target", *cell), {**record, "first": arguments.first})
        state.clear()


if __name__ == "__main__":
    exit_cleanly(main)
