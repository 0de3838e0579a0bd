"""`xstilts doctor`: the machine, the environment and the project, and what the present profile would take."""

from __future__ import annotations

import typer

from xstilts.commands.checks import environment, machine, present, project, tracking
from xstilts.commands.output import AsJson, print_json
from xstilts.commands.project import enter


def doctor(as_json: AsJson = False) -> None:
    """Check the environment; say what the profile would cost.

    It looks at versions, device, tracking store, disk and project, and counts what the profile would fetch, train
    and keep. Sizes are estimates: models times the parameters of the encoder. Nothing is changed. The exit code is
    1 if there is a problem.

    \b
    Examples:
      xstilts doctor
      xstilts doctor --json
    """
    root, problems = enter(), list[str]()
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
