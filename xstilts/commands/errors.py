"""Error analysis: the answers of two sources to one language side by side, with gold, in one page.

The page shows what the second source mends and what it breaks, and can be filtered by that and by text. It is a view
for reading: what counts as right stands in it, and figures are `score`'s.

    python -m xstilts.commands.errors xnli sw none mnli            # results/errors/xnli-sw-none-mnli-1.html
    python -m xstilts.commands.errors xnli sw none mnli --seed 2
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from xstilts import paths
from xstilts.comparison.judge import RULES, Example, judge
from xstilts.comparison.page import page
from xstilts.comparison.show import show
from xstilts.errors import InputError, exit_cleanly
from xstilts.params import Params, read_params
from xstilts.records import prepared
from xstilts.records.files import write_text
from xstilts.scoring.cells import Run, scored_languages

ERRORS = Path("results/errors")


def compare(params: Params, target: str, language: str, sources: Sequence[str], seed: int) -> list[Example]:
    """Every example of one language with both answers. Unknown names and missing predictions are `InputError`s."""
    task = prepared.facts(target)
    languages = scored_languages(params, task)
    if language not in languages:
        raise InputError(f"{target} is not scored in '{language}'; there are: {', '.join(languages)}")
    split = languages[language]
    gold = {pair: prepared.gold(task, *pair) for pair in {(split, language), (task.tunes_on or split, language)}}
    candidates = prepared.gold(task, "candidates", "all") if task.family == "dual" else []
    expected = params.evaluated(target, task.languages, task.tunes_on)
    runs = [Run(task, source, seed, expected) for source in sources]
    return judge(task, split, language, gold, [run.rows for run in runs], candidates)


def main() -> None:
    """Write `results/errors/<target>-<language>-<a>-<b>-<seed>.html`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("target", "language", "source_a", "source_b"):
        parser.add_argument(name)
    parser.add_argument("--seed", type=int, help="the first of params.yaml if not given")
    given, params = parser.parse_args(), read_params()
    for source in (given.source_a, given.source_b):
        params.source(source)
    if given.target not in params.target_families():
        known = ", ".join(params.target_families())
        raise InputError(f"params.yaml: unknown target '{given.target}'; there are: {known}")
    seed = params.seeds[0] if given.seed is None else given.seed
    if seed not in params.seeds:
        raise InputError(f"params.yaml: no seed {seed}; there are: {', '.join(map(str, params.seeds))}")
    sources = (given.source_a, given.source_b)
    examples = compare(params, given.target, given.language, sources, seed)
    family = prepared.facts(given.target).family
    title = f"{given.target}, {given.language}, seed {seed}: {' and '.join(sources)}"
    text = page(title, RULES[family], sources, examples, [show(family, one) for one in examples])
    path = ERRORS / f"{given.target}-{given.language}-{'-'.join(sources)}-{seed}.html"
    write_text(path, text)
    print(f"{path}: {len(examples)} examples; predictions in {paths.predictions(given.target, given.source_a).parent}")


if __name__ == "__main__":
    exit_cleanly(main)
