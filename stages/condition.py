"""Conditions: the test sets that are scored, once more with noise in their texts.

A set under a condition has the rows, ids and gold of the clean one. `evaluate` predicts both, `score` compares them. It
lies apart from what `prepare` writes, so that no training and nothing that trainings read depends on it.

    python -m stages.condition
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.conditions.apply import apply
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Params
from xstilts.params.arguments import arguments
from xstilts.records import prepared
from xstilts.records.files import write_json, write_rows, writing
from xstilts.records.prepared import SCHEMAS


def main() -> None:
    """Write `data/conditions/<task>/<split>@<condition>/<language>.parquet`, and what was counted."""
    params, _ = arguments(__doc__)
    with writing(paths.CONDITIONS) as folder:
        for task in params.tasks:  # one without conditions, too: `evaluate` depends on its folder
            counts = write(params, task, folder / task) if task in params.conditions else {}
            write_json(folder / task / "counts.json", {"task": task, "splits": counts})


def write(params: Params, task: str, folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Write the sets of one task; gives split -> language -> what was counted."""
    facts, counts = prepared.facts(task, params.family(task)), dict[str, dict[str, dict[str, Any]]]()
    for split, chosen in params.tasks[task].evaluate.items():
        languages = facts.languages if isinstance(chosen, str) else chosen
        clean = {language: prepared.gold(facts, split, language) for language in languages}
        for condition, (language, rows) in product(params.conditions[task], clean.items()):
            made, name = apply(rows, facts.family, language, condition, parallel=clean), paths.under(split, condition)
            if [row["id"] for row in made.rows] != [row["id"] for row in rows]:
                raise InputError(f"{task}/{language} ({name}): found other ids or another order than in the clean set")
            write_rows(folder / name / f"{language}.parquet", made.rows, SCHEMAS[facts.family])
            counts.setdefault(name, {})[language] = {"rows": len(rows), **made.counts}
            print(f"{task}/{language} ({name}): {counts[name][language]}", flush=True)
    return counts


if __name__ == "__main__":
    exit_cleanly(main)
