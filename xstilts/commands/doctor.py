"""`xstilts doctor`: the machine, the environment and the project, and what the present profile would take."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from xstilts.commands.checks import environment, machine, present, project, tracking
from xstilts.commands.output import AsJson, print_json
from xstilts.commands.project import enter
from xstilts.repair.project import repair

REPAIR = Annotated[bool, typer.Option("--repair", help="First make good what a kill has left.")]


def doctor(as_json: AsJson = False, mend: REPAIR = False) -> None:
    """Check the environment; say what the profile would cost.

    It looks at versions, device, tracking store, disk and project, and counts what the profile would fetch, train
    and keep. Sizes are estimates: models times the parameters of the encoder. The exit code is 1 if there is a problem.

    Nothing is changed without --repair. With it, what a kill has left is made good first: a cut dvc.lock or rwlock of
    DVC, outputs that were being replaced, temporary folders. `make repro` does this by itself.

    \b
    Examples:
      xstilts doctor
      xstilts doctor --json
      xstilts doctor --repair
    """
    root, problems = enter(), list[str]()
    for line in repair() if mend else []:
        print(f"repaired: {line}", file=sys.stderr)
    parts = {
        "environment": environment(root, problems),
        "machine": machine(root, problems),
        "tracking": tracking(problems),
        "project": project(root, problems),
        "profile": present(root, problems),
    }
    if as_json:
        print_json({**parts, "problems": problems})
    else:
        for part, facts in parts.items():
            print(part)
            for name, value in facts.items():
                print(f"  {name:16} {value}")
        print("\n".join(f"problem: {one}" for one in problems) or "no problem found")
    if problems:
        raise typer.Exit(1)
