"""How sure the figures are: intervals over test examples and over seeds, tests of every gain, and what gains go with.

A pure function of predictions and gold, on the CPU, without torch. Two kinds of interval, never mixed: over examples
(another test set, the same model) and over seeds (another training, the same test set); a gain has one over both.

    python -m stages.statistics
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stages.common.errors import exit_cleanly
from stages.common.files import write_json, write_text
from stages.common.params import Params, read_params
from stages.common.seeding import Seeds
from stages.statistics.analyse import Statistics, Target, analysis_rows
from stages.statistics.collect import collect
from stages.statistics.languages import Language, read_languages

RESULTS = Path("results")
RESAMPLES = 1000
MEANS = ("source", "target", "mean", "seeds_low", "seeds_high", "n", "examples_low", "examples_high")
GAINS = ("gain", "low", "high", "p", "p_holm", "better", "worse")
LANGUAGES = ("source", "target", "language", "family", "script", "distance", "text_gib", "gain", "low", "high")
ANALYSIS = ("source", "target", "factor", "languages", "rho", "p", "p_holm")
FACTORS = ("not Indo-European", "not Latin script", "distance")


def statistics(params: Params, resamples: int = RESAMPLES) -> Statistics:
    """Collect, resample and compare every target, all rows of the table on the same resamples."""
    sources = params.rows
    seeds, found = Seeds("statistics"), Statistics(sources)
    for target in params.target_families():
        found.add(Target.of(collect(params, target, sources), resamples, seeds))
    return found


def factors(params: Params) -> tuple[str, ...]:
    """The facts that gains are compared with. The size of the pretraining text is known of XLM-R alone."""
    return (*FACTORS, "text_gib") if "xlm-r" in (params.backbone.repo or "").lower() else FACTORS


def summary(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row a source and target: mean with its intervals over seeds and over examples, gain with the one over both."""
    gains = {(row["source"], row["target"]): row for row in content["gains"]}
    rows = []
    for row in content["seeds"]:
        own = {**row, "seeds_low": row["low"], "seeds_high": row["high"], "low": None, "high": None}
        rows.append({**own, **gains.get((row["source"], row["target"]), {})})
    return rows


def with_facts(rows: Sequence[Mapping[str, Any]], table: Mapping[str, Language]) -> list[dict[str, Any]]:
    """Rows beside what is known of their language."""
    facts = {language: asdict(one) for language, one in table.items()}
    return [{**facts.get(row["language"], {}), **row} for row in rows]


def to_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV; what a row does not have is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def main() -> None:
    """Write `results/statistics.json` and three tables."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    params, table = read_params(), read_languages()
    found = statistics(params)
    content = found.content(RESAMPLES)
    write_json(RESULTS / "statistics.json", content)
    write_text(RESULTS / "statistics.csv", to_csv(MEANS + GAINS, summary(content)))
    write_text(RESULTS / "language_gains.csv", to_csv(LANGUAGES, with_facts(found.by_language, table)))
    analysis = analysis_rows(found.by_language, table, factors(params))
    write_text(RESULTS / "language_analysis.csv", to_csv(ANALYSIS, analysis))
    decided = [row for row in content["gains"] if row["better"] or row["worse"]]
    size, gains = len(content["scores"]), len(content["gains"])
    print(f"{size} scores, {len(decided)} of {gains} gains decided: {RESULTS / 'statistics.json'}")


if __name__ == "__main__":
    exit_cleanly(main)
