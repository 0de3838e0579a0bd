"""Conditions: the test sets that are scored, once more with noise in their texts, or as others have published them.

A set under a perturbation has the rows, ids and gold of the clean one; a published one may have a part of them.
`evaluate` predicts both, `score` compares them on the rows that both have. It lies apart from what `prepare` writes, so
that no training and nothing that trainings read depends on it.

    python -m stages.condition
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from xstilts import paths
from xstilts.conditions.apply import Conditioned, apply
from xstilts.conditions.published.variants import exists, variant
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Params
from xstilts.params.arguments import arguments
from xstilts.params.conditions import PUBLISHED, needed
from xstilts.records import prepared
from xstilts.records.files import write_json, write_rows, writing
from xstilts.records.prepared import SCHEMAS, Prepared, Row


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
            made, name = _made(params, facts, split, language, condition, clean), paths.under(split, condition)
            if condition not in PUBLISHED and [row["id"] for row in made.rows] != [row["id"] for row in rows]:
                raise InputError(f"{task}/{language} ({name}): found other ids or another order than in the clean set")
            write_rows(folder / name / f"{language}.parquet", made.rows, SCHEMAS[facts.family])
            counts.setdefault(name, {})[language] = {"rows": len(rows), **made.counts}
            print(f"{task}/{language} ({name}): {counts[name][language]}", flush=True)
    for condition in filter(PUBLISHED.__contains__, params.conditions[task]):
        given = [own for name, by in counts.items() if name.partition("@")[2] == condition for own in by.values()]
        exists(condition, task, _folder(params, condition, task), given)
    return counts


def _made(
    params: Params, facts: Prepared, split: str, language: str, condition: str, clean: Mapping[str, Sequence[Row]]
) -> Conditioned:
    """The rows of one language under a condition. `clean`: the rows of the split in every language."""
    rows = clean[language]
    if condition in PUBLISHED:
        return variant(rows, facts.name, split, language, condition, _folder(params, condition, facts.name))
    files = {"natural": params.condition_files.natural, "code-mix": params.condition_files.code_mix}
    tables = {name: Path(place) for name, place in files.items()}
    return apply(rows, facts.family, language, condition, tables, parallel=clean)


def _folder(params: Params, condition: str, task: str) -> Path:
    return Path(getattr(params.condition_files, str(needed(condition, task))))


if __name__ == "__main__":
    exit_cleanly(main)
