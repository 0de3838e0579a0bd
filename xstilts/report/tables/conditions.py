"""`conditions.md`, `.csv` and `.tex`: what each condition takes from each source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from xstilts.records.files import write_text
from xstilts.report.figures.conditions import CLEAR, MEAN, Drop, changed_languages, counted, fewer
from xstilts.report.figures.grid import TITLES, Grid
from xstilts.report.tables.latex import HEAD, escape
from xstilts.report.tables.table import csv_text, to_markdown

TITLE = "Test sets under a condition"
NONE = "No test set is under a condition."
HEADS = ("target", "condition", "source", "clean", "noised", "drop", "share", "lost", "won", "n")
COLUMNS = ("target", "source", "condition", "language", "clean", "noised", "drop", "low", "high", "relative", "lost",
           "won", "n")  # fmt: skip
MEANINGS = (
    "drop: clean minus noised of the same rows, mean over languages and seeds. [ ]: its interval, over examples and "
    "over seeds where there are several; both sets are drawn together. Only rows of the table have one.",
    "share: the drop as a share of what the clean score is above chance. It is left out where that is less than "
    f"{CLEAR} standard errors.",
    "lost: answers that are right on the clean set and wrong on the noised one; won: the other way round; n: all "
    "answers, of all languages and seeds. Of tagging an answer is a whole sentence.",
)


def write_conditions(folder: Path, grid: Grid, found: Sequence[Drop]) -> None:
    """Write the three files. The csv file has every language, the others the means alone."""
    lines = [[text(getattr(one, name)) for name in COLUMNS] for one in found]
    write_text(folder / "conditions.csv", csv_text([COLUMNS, *lines]))
    body = [to_markdown(condition_lines(found)), *(f"- {one}\n" for one in remarks(grid))] if found else [f"{NONE}\n"]
    write_text(folder / "conditions.md", "\n".join([f"# {TITLE}\n", *body]))
    write_text(folder / "conditions.tex", _latex(grid, found))


def condition_lines(found: Sequence[Drop]) -> list[list[str]]:
    """Head and rows of the means, as people read them."""
    return [[*HEADS], *(_line(one) for one in found if one.language == MEAN)]


def remarks(grid: Grid) -> Iterator[str]:
    """What the columns mean, how much was changed, and which languages are in no mean."""
    yield from MEANINGS
    for target in grid.targets:
        for condition in grid.conditions(target):
            counts = ", ".join(f"{name} {value:,}" for name, value in counted(grid, target, condition).items())
            changed = changed_languages(grid, target, condition)
            same = ", ".join(one for one in grid.languages(target) if one not in changed)
            name = TITLES.get(target, target)
            yield f"{name}, {condition}: {counts}." + f" No row changes in {same}: no part of the mean." * bool(same)
            if part := fewer(grid, target, condition):
                rows = ", ".join(f"{language} {number:,}" for language, number in part.items())
                yield f"{name}, {condition}: the published set has a part of the clean rows: {rows}. All is of these."


def text(value: str | float | None) -> str:
    """A value of a csv file."""
    return "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


def _line(one: Drop) -> list[str]:
    interval = "" if one.low is None or one.high is None else f" [{one.low:z.1f}, {one.high:z.1f}]"
    share = "" if one.relative is None else f"{100 * one.relative:z.0f} %"
    return [
        TITLES.get(one.target, one.target), one.condition, one.source, f"{one.clean:z.1f}", f"{one.noised:z.1f}",
        f"{one.drop:z.1f}{interval}", share, str(one.lost), str(one.won), str(one.n),
    ]  # fmt: skip


def _latex(grid: Grid, found: Sequence[Drop]) -> str:
    head = HEAD.format(title=TITLE, name="conditions").rstrip()
    if not found:
        return f"{head}\n% {NONE}\n"
    first, *rows = ([escape(one) for one in line] for line in condition_lines(found))
    width = len(HEADS)
    notes = [rf"\multicolumn{{{width}}}{{@{{}}p{{\linewidth}}@{{}}}}{{\footnotesize {escape(one)}}} \\"
             for one in remarks(grid)]  # fmt: skip
    return "\n".join([
        head, rf"\begin{{tabular}}{{@{{}}lll{'r' * (width - 3)}@{{}}}}", r"\toprule", " & ".join(first) + r" \\",
        r"\midrule", *(" & ".join(row) + r" \\" for row in rows), r"\bottomrule", *notes, r"\end{tabular}", "",
    ])  # fmt: skip
