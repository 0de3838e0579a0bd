"""The tables of the study of source languages: gains by source and target, and slopes by measure."""

from __future__ import annotations

from collections.abc import Sequence

from xstilts.report.tables.latex import escape
from xstilts.report.tables.table import csv_text
from xstilts.statistics.inference import Difference
from xstilts.studies.sources import Study

Development = dict[str, dict[str, float]]
COLUMNS = (
    "source", "kind", "language", "to_english", "rows", "dev_accuracy", "dev_macro_f1", "dev_chance", "target",
    "languages", "gain", "low", "high", "near", "far", "own", "own_low", "own_high",
)  # fmt: skip


def number(value: float | None, digits: int = 1, sign: bool = True) -> str:
    """A number for reading; nothing where there is none."""
    return "" if value is None else f"{value:{'+' * sign}.{digits}f}"


def interval(one: Difference | None) -> str:
    """`+1.2 [-0.3, +2.7]`."""
    return "" if one is None else f"{number(one.mean)} [{number(one.low)}, {number(one.high)}]"


def rows(study: Study, own: Development) -> list[dict[str, str]]:
    """A row for each source and target, all values as they stand in `table.csv`."""
    found = []
    for source, language in {**study.languages, **study.shuffled}.items():
        recipe, dev = study.params.sources[source].recipe, own.get(source, {})
        about = {
            "source": source, "kind": "shuffled labels" if source in study.shuffled else "source", "language": language,
            "to_english": number(study.distances[study.primary].get(("en", language)), 3, False),
            "rows": str(recipe.max_examples or "all") if recipe else "",
            "dev_accuracy": number(dev.get("accuracy"), 2, False),
            "dev_macro_f1": number(dev.get("macro_f1"), 2, False),
            "dev_chance": number(dev.get("chance"), 2, False),
        }  # fmt: skip
        for target in study.targets:
            near, far = (study.gain(source, target, half) for half in study.halves(target, source))
            gain, seen = study.gain(source, target, study.common(target)), study.own(source, target)
            values: dict[str, float | None] = {
                "near": near.mean if near else None, "far": far.mean if far else None,
                **dict(zip(("gain", "low", "high"), (gain.mean, gain.low, gain.high) if gain else (None,) * 3)),
                **dict(zip(("own", "own_low", "own_high"), (seen.mean, seen.low, seen.high) if seen else (None,) * 3)),
            }  # fmt: skip
            found.append({
                **about, "target": target, "languages": str(len(study.common(target))),
                **{key: number(value, 4, False) for key, value in values.items()},
            })  # fmt: skip
    return found


def csv_table(study: Study, own: Development) -> str:
    """`table.csv`."""
    return csv_text([COLUMNS, *([row[name] for name in COLUMNS] for row in rows(study, own))])


def md_table(study: Study, own: Development) -> str:
    """`table.md`: a line for each source, a column for each target, and a table of near, far and own languages."""
    head = ["source", "language", f"{study.primary} to en", "rows", "dev acc. / macro-F1 (chance)", *study.targets]
    lines, more = [], []
    for source in {**study.languages, **study.shuffled}:
        mine = [row for row in rows(study, own) if row["source"] == source]
        first = mine[0]
        known = f"{first['dev_accuracy']} / {first['dev_macro_f1']} ({first['dev_chance']})"
        dev = known if first["dev_chance"] else ""
        gains = [interval(study.gain(source, target, study.common(target))) for target in study.targets]
        lines.append([source, first["language"], first["to_english"], first["rows"], dev, *gains])
        cells = [" / ".join(_short(row[key]) for key in ("near", "far", "own")) for row in mine]
        more.append([source, *cells])
    text = [
        "# Gains of the sources over `none`", "",
        "Mean over seeds and over the languages that no source was trained in, English left out; 95 % intervals.",
        "", *_md(head, lines), "",
        f"Near / far / own: the gain in the half of these languages that is nearer by {study.primary}, in the other "
        "half, and in the source's own language, which is not zero-shot. `-`: the target does not have it.", "",
        *_md(["source", *study.targets], more),
    ]  # fmt: skip
    return "\n".join(text) + "\n"


def tex_table(study: Study, own: Development) -> str:
    """`table.tex`: the first table of `table.md`."""
    lines = [
        f"\\begin{{tabular}}{{llr{'r' * len(study.targets)}}}", "\\toprule",
        " & ".join(["source", "language", "distance", *map(escape, study.targets)]) + " \\\\", "\\midrule",
    ]  # fmt: skip
    every = rows(study, own)
    for source in {**study.languages, **study.shuffled}:
        first = next(row for row in every if row["source"] == source)
        gains = [f"${interval(study.gain(source, one, study.common(one)))}$" for one in study.targets]
        lines.append(" & ".join([escape(source), first["language"], first["to_english"], *gains]) + " \\\\")
    return "\n".join([*lines, "\\bottomrule", "\\end{tabular}"]) + "\n"


def effect_table(study: Study) -> str:
    """`effects.csv`: points of gain for one unit of each distance."""
    head = ("targets", "measure", "primary", "source_languages", "columns", "slope", "low", "high", "p", "smallest_p")
    primary = ("+".join(study.primary_targets), study.primary)
    lines = [
        [*key, str(int(key == primary)), str(one.languages), str(one.targets),
         *(number(value, 4, False) for value in (one.slope, one.low, one.high)),
         "" if one.p is None else f"{one.p:.4g}", f"{one.smallest:.4g}"]
        for key, one in study.effects().items()
    ]  # fmt: skip
    return csv_text([head, *lines])


def _short(value: str) -> str:
    return number(float(value)) if value else "-"


def _md(head: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(one) + " |" for one in (head, ["---"] * len(head), *lines)]
