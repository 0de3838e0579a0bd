"""The small files of the results: tables, figures for `dvc metrics show`, data for `dvc plots`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.records.files import write_json, write_text
from xstilts.report.figures.averages import overall, task_scores
from xstilts.report.figures.controls import Controls
from xstilts.report.figures.gains import Statistics
from xstilts.report.figures.grid import MAIN, TITLES, Grid, dev_curve, mean, tasks_of
from xstilts.report.tables.intermediate import title, translation_lines, whole_table
from xstilts.report.tables.notes import MARKS, SEEN_MEANS, signature, task_notes
from xstilts.report.tables.selection import REMARK
from xstilts.report.tables.table import (
    BOLD,
    FORMAT_ONLY,
    SEEN,
    Table,
    change_lines,
    csv_text,
    language_table,
    to_csv,
    to_lines,
    to_markdown,
)


def write_tables(
    folder: Path,
    table: Table,
    averages: Mapping[str, Table],
    selections: Mapping[str, Table],
    remarks: Sequence[str],
    weak: Mapping[str, Sequence[str]],
    statistics: Statistics,
    seeds: int,
    lead: Sequence[str] = (),
) -> None:
    """`table.csv` and `table.md`: scores, differences to `none`, averages, other choices of the checkpoint.

    `lead` is what a reader has to know before the first figure. Intervals are in `table.md` alone: `table.csv` holds
    what can be made again from the cells without chance."""
    write_text(folder / "table.csv", to_csv(table))
    lines = to_lines(table, spread=True, best=BOLD)
    lines[0] = [head + FORMAT_ONLY * (column in weak) for head, column in zip(lines[0], _names(table), strict=True)]
    parts = ["# Scores\n", *(f"{one}\n" for one in lead)]
    parts += [to_markdown(lines), "\n".join(f"- {remark}" for remark in remarks) + "\n"]
    parts += _changes(table, statistics, seeds)
    for name, own in averages.items():
        parts += [f"## {name}\n", to_markdown(to_lines(own, spread=True, best=BOLD))]
    for name, own in selections.items():
        (_, *heads), *lines = to_lines(own, spread=True)
        parts += [f"## {name}\n", to_markdown([["choice", *heads], *lines]), f"{REMARK}\n"]
    write_text(folder / "table.md", "\n".join(parts))


def _changes(table: Table, statistics: Statistics, seeds: int) -> list[str]:
    """Differences to `none`; where statistics are there, with stars and intervals and what those mean."""
    lines = change_lines(table, statistics.gains) if statistics.gains else to_lines(table, deltas=True)
    if len(lines) == 1:
        return []
    parts = ["## Change against `none`\n", to_markdown(lines)]
    if statistics.gains:
        answers = any(len(column.figures) > 1 for column in table.columns)
        parts.append(statistics.legend(seeds) + " Of answers: the mean of F1 and EM." * answers + "\n")
    return parts


def old_languages(folder: Path, grid: Grid) -> list[Path]:
    """The tables in `languages/` of targets that the grid does not have. A file that is no table is an `InputError`.

    DVC does not empty this folder, so nothing of a user's is lost in it."""
    old = []
    for path in sorted((folder / "languages").glob("[!.]*")):  # a file browser leaves hidden files of its own
        known = path.stem in TITLES or Path(f"xstilts/tasks/{path.stem}.py").exists()
        if path.stem in grid.targets and path.suffix in (".csv", ".md", ".tex"):
            continue
        if not known or path.suffix not in (".csv", ".md", ".tex") or path.is_dir():
            raise InputError(f"{path}: found what no stage has written, expected tables of targets alone: move it away")
        old.append(path)
    return old


def write_languages(
    folder: Path, grid: Grid, controls: Controls, weak: Mapping[str, Sequence[str]], old: Iterable[Path] = ()
) -> None:
    """`languages/<target>.csv` and `.md` for every target; the tables of `old` targets go."""
    for path in old:
        path.unlink()
    for target in grid.targets:
        table = language_table(grid, target, controls)
        document = grid.documents[target]
        write_text(folder / "languages" / f"{target}.csv", to_csv(table, figures=True))
        marks = {mark for language in grid.languages(target) for mark in grid.marks(target, language)}
        remark = "".join(f"({mark}): {what.lower()}.\n" for mark, what in MARKS.items() if mark in marks)
        if any(mark.endswith(SEEN) for mark in table.marks.values()):
            remark += f"{SEEN} {SEEN_MEANS}\n"
        if target in weak:
            remark += f"\n{FORMAT_ONLY} Format only: `none` is not above every control in {', '.join(weak[target])}.\n"
        parts = [
            f"# {TITLES.get(target, target)}\n", to_markdown(to_lines(table, spread=True, best=BOLD)), remark,
            *(f"{note}\n" for note in task_notes(grid)), f"Signature: {signature(document['signature'])}\n",
        ]  # fmt: skip
        write_text(folder / "languages" / f"{target}.md", "\n".join(parts))


def write_intermediate(
    folder: Path, grid: Grid, table: Table, parts: Mapping[str, Table], remarks: Sequence[str]
) -> None:
    """`intermediate.csv` and `.md`: the intermediate tasks' own development scores, and those of their parts."""
    write_text(folder / "intermediate.csv", to_csv(whole_table(table, parts), figures=True))
    content = ["# Intermediate tasks, their own development sets\n"]
    if table.rows:
        content.append(to_markdown(to_lines(table, spread=True, best=BOLD)))
    content.append("\n".join(f"- {remark}" for remark in remarks) + "\n")
    deltas = to_lines(table, deltas=True)
    if len(deltas) > 1:
        content += ["## Change against the source of one task\n", to_markdown(deltas)]
    for task, own in parts.items():
        content += [f"## Parts of {title(task)}\n", to_markdown(to_lines(own, spread=True, best=BOLD))]
    tasks = grid.development.tasks.items()
    if signatures := [f"- {title(name)}: {signature(own['signature'])}\n" for name, own in tasks if "signature" in own]:
        content += ["## Signatures\n", "".join(signatures)]
    write_text(folder / "intermediate.md", "\n".join(content))


def write_translations(path: Path, grid: Grid) -> None:
    """`translations.md`: what became of translated training data."""
    content = ["# Translated training data\n"]
    content.append(to_markdown(translation_lines(grid)) if grid.translations else "No training data is translated.\n")
    content += [f"Signature of {name}: {signature(one['signature'])}\n" for name, one in grid.translations.items()]
    write_text(path, "\n".join(content))


def write_long(path: Path, grid: Grid) -> None:
    """Every cell as one line of a csv file, for spreadsheets and notebooks.

    `clean`: the main figure of the clean answers to the same rows. A drop is taken from it."""
    figures = sorted({name for scores in grid.scores.values() for name in scores if name != MAIN})
    noised = any(grid.conditions(target) for target in grid.targets)
    about = ["source", "seed", "language", "split", *["condition"] * noised, "n", MAIN, *["clean"] * noised]
    lines = [["target", *about, *figures]]
    for target in grid.targets:
        for cell in grid.documents[target]["cells"]:
            scores = (cell["scores"].get(name, "") for name in figures)
            whole = {"condition": "clean", "clean": cell[MAIN], **cell}
            lines.append([target, *(whole[name] for name in about), *scores])
    write_text(path, csv_text(lines))


def write_metrics(path: Path, grid: Grid) -> None:
    """`metrics.json` for `dvc metrics show`: each source's average, and each target's mean from its best source."""
    averages = {source: mean(values) for source in grid.sources if (values := overall(grid, source))}
    best = {target: max(mean(task_scores(grid, target, row)) for row in grid.sources) for target in grid.targets}
    figures = {"average": averages, "best": best}
    write_json(path, {name: {key: round(value, 2) for key, value in own.items()} for name, own in figures.items()})


def write_machines(path: Path, grid: Grid) -> None:
    """What the trainings were computed with (see `xstilts/arithmetic.py`), each kind once, and how many are of it."""
    found = [made for curve in grid.curves if (made := curve.get("made"))]
    kinds = [made for number, made in enumerate(found) if made not in found[:number]]
    write_json(path, [{**made, "trainings": found.count(made)} for made in kinds])


def write_by_language(path: Path, grid: Grid) -> None:
    """Mean over seeds by target, source and language: `dvc metrics diff --targets` says which cells have moved."""
    figures = {
        target: {
            source: {one: round(mean(grid.values(target, source, one)), 2) for one in grid.languages(target)}
            for source in grid.everything
        }
        for target in grid.targets
    }
    write_json(path, figures)


def write_plots(folder: Path, grid: Grid, table: Table) -> None:
    """`plots/heatmap.csv` (source by target) and `plots/curves.csv` (English development score by step)."""
    cells: list[list[Any]] = [["source", "target", "score", "delta"]]
    for row in table.rows:
        for column in table.columns:
            if (row, column.name, MAIN) in table.values:
                delta = table.delta(row, column, MAIN) or 0.0
                value = table.values[row, column.name, MAIN].mean
                cells.append([row, TITLES.get(column.name, column.name), f"{value:.2f}", f"{delta:.2f}"])
    write_text(folder / "heatmap.csv", csv_text(cells))
    points: list[list[Any]] = [["stage", "task", "source", "seed", "step", "dev"]]
    for curve in grid.curves:
        for task in tasks_of(curve):
            about = [curve["stage"], task, curve["source"], curve["seed"]]
            points += [[*about, *point] for point in dev_curve(curve, task)]
    write_text(folder / "curves.csv", csv_text(points))


def _names(table: Table) -> list[str]:
    return ["source", *(column.name for column in table.columns)]
