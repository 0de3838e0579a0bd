"""The intermediate tasks' own development scores: what each source has learnt of what it was trained on.

A failed intermediate training explains a bad row of the table, so its scores stand beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.records import results
from xstilts.report.figures.complete import same_cells

PAPER = ("anli_plus", "mnli", "qqp", "squad_v2", "squad_v1", "hellaswag", "ccg", "cosmosqa", "csqa")
"""The paper's nine intermediate tasks in the order of its table."""

Key = tuple[str, str, int]  # task, source, seed


@dataclass(frozen=True)
class Development:
    """Development scores of the intermediate tasks by (task, source, seed), and what is known of the tasks."""

    tasks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # in the order of the columns
    cells: Mapping[Key, Mapping[str, Any]] = field(default_factory=dict)

    def sources(self, task: str) -> list[str]:
        """The sources that train on a task, in the order of the parameters."""
        return list(dict.fromkeys(source for own, source, _ in self.cells if own == task))

    def of(self, task: str, source: str) -> dict[int, Mapping[str, Any]]:
        """The cells of one task and source by seed."""
        return {key[2]: cell for key, cell in self.cells.items() if key[:2] == (task, source)}

    def figures(self, task: str) -> tuple[str, ...]:
        """The figures that head a task's column; of answers F1 before EM, as in the paper."""
        names = tuple(self.tasks[task]["figures"])
        return ("f1", "em") if {*names} == {"em", "f1"} else names

    def is_better_higher(self, task: str) -> bool:
        """Whether more is better: not of a perplexity."""
        return bool(self.tasks[task]["family"] != "mlm")

    def at_chance(self) -> dict[tuple[str, str], list[int]]:
        """Source and task with the seeds whose score is not above chance by more than a point."""
        found: dict[tuple[str, str], list[int]] = {}
        for (task, source, seed), cell in self.cells.items():
            chance = self.tasks[task]["chance"]
            if chance is not None and self.is_better_higher(task) and cell["main"] <= chance + 1:
                found.setdefault((source, task), []).append(seed)
        return found


def read_development(path: Path, curves: Sequence[Mapping[str, Any]]) -> Development:
    """Read the scores of all tasks that the intermediate trainings behind `curves` had."""
    keys = [(task, curve["source"], curve["seed"]) for curve in curves for task in curve["tasks"]]
    if not keys and not path.exists():
        return Development()
    if not path.exists():
        raise InputError(f"{path}: file not found; params.yaml has sources that are trained (run `dvc repro`)")
    document = results.read_development(path)
    cells = (((cell["task"], cell["source"], cell["seed"]), cell) for cell in document["cells"])
    found = same_cells(path, cells, set(keys), lambda key: "{} from {}, seed {}".format(*key))
    names = dict.fromkeys(task for task, _, _ in keys)
    if missing := [name for name in names if name not in document["tasks"]]:
        raise InputError(f"{path}: `tasks` lacks {', '.join(missing)} (run `dvc repro`)")
    known = [name for name in PAPER if name in names]
    others = sorted(
        (name for name in names if name not in PAPER), key=lambda n: document["tasks"][n]["family"] == "mlm"
    )
    tasks = {name: document["tasks"][name] for name in (*known, *others)}
    return Development(tasks, {key: found[key] for key in keys})
