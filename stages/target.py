"""Target training: fine-tune one encoder on the English training set of one target task.

Stage 2 of Phang et al. 2020. The encoder is the backbone (source `none`) or comes from intermediate training; the task
head is always new. The checkpoint that is best on the English development set is kept. No label of a target language
is seen here. SQuAD v1.1 is trained once for XQuAD and MLQA.

    python -m stages.target xnli mnli 1
"""

from __future__ import annotations

import argparse

from stages.common import paths
from stages.common.encoder import about, save_model
from stages.common.errors import exit_cleanly
from stages.common.files import write_json
from stages.common.finetuning import finetune
from stages.common.params import read_params
from stages.common.process import is_main_process


def main() -> None:
    """Write `models/target/<training>/<source>/<seed>/` and the learning curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("training")
    parser.add_argument("source")
    parser.add_argument("seed", type=int)
    arguments = parser.parse_args()
    cell = (arguments.training, arguments.source, arguments.seed)
    params, encoder = read_params(), paths.encoder(arguments.source, arguments.seed)

    recipe = params.training(arguments.training)
    model, record, state = finetune(params, "target", arguments.training, recipe, paths.PREPARED, encoder, *cell[1:])
    if is_main_process():
        kept = {"stage": "target", "ablate": about(encoder).get("ablate", False), **vars(arguments)}
        save_model(model, encoder, paths.target(*cell), kept)
        write_json(paths.curve("target", *cell), record)
        state.clear()


if __name__ == "__main__":
    exit_cleanly(main)
