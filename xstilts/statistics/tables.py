"""Tables of the statistics: a row a source and target, a row a language, a row a factor."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from xstilts.params import Params
from xstilts.records.files import write_json, write_text
from xstilts.seeding import Seeds
from xstilts.statistics.analyse import Statistics, Target, analysis_rows
from xstilts.statistics.collect import Sample, collect
from xstilts.statistics.languages import Language, read_languages

Samples = Callable[[Params, str, Sequence[str], Sequence[str]], Sample]
"""(parameters, target, sources, conditions) -> what is resampled: from predictions and gold, or from what was kept of
them."""

RESAMPLES = 1000
MEANS = ("source", "target", "mean", "seeds_low", "seeds_high", "n", "examples_low", "examples_high")
GAINS = ("gain", "low", "high", "p", "p_holm", "better", "worse")
LANGUAGES = ("source", "target", "language", "family", "script", "distance", "text_gib", "gain", "low", "high")
ANALYSIS = ("source", "target", "factor", "languages", "rho", "p", "p_holm")
FACTORS = ("not Indo-European", "not Latin script", "distance")


def statistics(params: Params, resamples: int = RESAMPLES, sample: Samples = collect) -> Statistics:
    """Collect, resample and compare every target, all rows of the table on the same resamples."""
    sources = params.rows
    seeds, found = Seeds("statistics"), Statistics(sources)
    for target in params.target_families():
        found.add(Target.of(sample(params, target, sources, ()), resamples, seeds))
        if conditions := params.conditions.get(target, ()):  # drawn for themselves: no clean figure may change by them
            found.add_conditions(Target.of(sample(params, target, sources, conditions), resamples, seeds), conditions)
    return found


def write_statistics(folder: Path, params: Params, sample: Samples = collect) -> dict[str, Any]:
    """Write `statistics.json` and three tables, and give back the content of the first.

    What gains go with is asked of languages alone that the source was not trained in."""
    table, found = read_languages(), statistics(params, sample=sample)
    content = found.content(RESAMPLES)
    write_json(folder / "statistics.json", content)
    write_text(folder / "statistics.csv", to_csv(MEANS + GAINS, summary(content)))
    write_text(folder / "language_gains.csv", to_csv(LANGUAGES, with_facts(found.by_language, table)))
    zero_shot = [row for row in found.by_language if not params.source(row["source"]).saw(row["language"])]
    analysis = analysis_rows(zero_shot, table, factors(params))
    write_text(folder / "language_analysis.csv", to_csv(ANALYSIS, analysis))
    return content


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
