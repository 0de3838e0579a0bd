"""`xstilts errors`: the answers of two sources to one language side by side, with gold, in one page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from xstilts import paths
from xstilts.commands.names import (
    ConditionOption,
    Language,
    Seed,
    Target,
    check_source,
    check_target,
    chosen_seed,
    complete_sources,
)
from xstilts.commands.project import enter
from xstilts.comparison.judge import RULES, Example, judge
from xstilts.comparison.page import page
from xstilts.comparison.show import show
from xstilts.errors import InputError, unknown
from xstilts.params import Params, read_params
from xstilts.records import prepared
from xstilts.records.files import write_text
from xstilts.scoring.cells import Run, scored_languages

ERRORS = Path("results/errors")


def errors(
    target: Target,
    language: Language,
    a: Annotated[str, typer.Argument(metavar="A", help="A source.", autocompletion=complete_sources)],
    b: Annotated[str, typer.Argument(metavar="B", help="Another source.", autocompletion=complete_sources)],
    condition: ConditionOption = None,
    seed: Seed = None,
) -> None:
    """Write a page: the answers of two sources side by side.

    It has all examples of one language with gold. It shows what source B fixes and what it breaks, and can be
    filtered by that and by text. It is for reading: figures are those of `score`.

    \b
    Examples:
      xstilts errors xnli sw none mnli
      xstilts errors xnli sw none mnli --seed 2
      xstilts errors xnli sw none mnli --condition swap-0.10
    """
    enter()
    params, sources = read_params(), (a, b)
    check_target(params, target)
    for source in sources:
        check_source(params, source)
    number = chosen_seed(params, seed)
    examples = compare(params, target, language, sources, number, condition)
    family = prepared.facts(target).family
    label = paths.under(language, condition)
    title = f"{target}, {label}, seed {number}: {' and '.join(sources)}"
    text = page(title, RULES[family], sources, examples, [show(family, one) for one in examples])
    path = ERRORS / f"{target}-{label}-{'-'.join(sources)}-{number}.html"
    write_text(path, text)
    print(f"{path}: {len(examples)} examples; predictions in {paths.predictions(target, a).parent}")


def compare(
    params: Params, target: str, language: str, sources: Sequence[str], seed: int, condition: str | None = None
) -> list[Example]:
    """Every example of one language with both answers. Unknown names and missing predictions are `InputError`s."""
    task = prepared.facts(target)
    languages = scored_languages(params, task)
    if language not in languages:
        raise unknown("language", language, languages, target)
    if condition and condition not in (known := params.conditions.get(target, [])):
        raise unknown("condition", condition, known, target)
    split = paths.under(languages[language], condition)
    pairs = {(split, language), (task.tunes_on or split, language)}
    gold = {pair: prepared.gold(task, *pair, paths.rows_of(pair[0])) for pair in pairs}
    if not gold[split, language]:
        raise InputError(f"{target}/{language}: the published set '{condition}' has no rows in this language")
    candidates = prepared.gold(task, "candidates", "all") if task.family == "dual" else []
    expected = params.evaluated(target, task.languages, task.tunes_on)
    runs = [Run(task, source, seed, expected) for source in sources]
    return judge(task, split, language, gold, [run.rows for run in runs], candidates)
