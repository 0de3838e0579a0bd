"""A training on several GPUs: its command under `torchrun`, where the resources of its kind say `gpus: 2` or more.

    python -m xstilts.cluster.together stages.target xnli mnli 1

is what `torchrun` starts once for each GPU: the stage, in a process that ends with `torchrun`, in whatever way that
ends.
"""

from __future__ import annotations

import os
import runpy
import sys
from dataclasses import replace

from xstilts.cluster.bookkeeping import Command
from xstilts.cluster.local import OURS
from xstilts.cluster.server import die_with

TRAININGS = ("stages.backbone", "stages.intermediate", "stages.target")  # of others each process would write the same


def together(command: Command, processes: int) -> Command:
    """The command for so many processes that train together. One of no training stays as it is."""
    found = OURS.fullmatch(command.text.strip())
    if processes < 2 or not found or found[1] not in TRAININGS:
        return command
    torchrun = f"python -m torch.distributed.run --standalone --nproc-per-node={processes}"
    text = f"exec {torchrun} -m {__name__} {found[1]}{found[2]}"  # exec: no shell stays between that outlives a kill
    return replace(command, text=text, shell=[*command.shell[:-1], text])


def main() -> None:
    """Become the stage. `torchrun` itself would leave its processes behind if it were killed."""
    die_with(os.getppid())
    module, *arguments = sys.argv[1:]
    sys.argv = ["-m", *arguments]  # as `python -m` has it while it imports: xstilts/interrupt.py looks
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
