"""A test set that others have published as a condition: those of its rows that have a clean row.

It differs from a perturbation in two ways. It may lack rows of the clean set: then it is compared with the clean rows
of the same ids, and with no others. And it may lack a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from xstilts.conditions.apply import Conditioned
from xstilts.conditions.published.files import only
from xstilts.conditions.published.pairs import paired
from xstilts.conditions.published.panx_typos import found_again, read_panx_typos
from xstilts.conditions.published.xnli_cleandl import read_xnli_cleandl
from xstilts.conditions.published.xnli_typos import read_xnli_typos
from xstilts.errors import InputError, missing
from xstilts.formats.rows import Rows
from xstilts.records.prepared import Row

FEWEST = 10
"""Rows of a language, below which a score says nothing: the condition is then not there."""
SPLIT = "test"  # what all of them are variants of

Read = Callable[[Path, str, Sequence[Row]], Rows]  # folder, language, clean rows -> all published rows


def variant(clean: Sequence[Row], task: str, split: str, language: str, condition: str, folder: Path) -> Conditioned:
    """The rows of a published variant of one language, with the ids and in the order of the clean ones.

    Where it has fewer than `FEWEST` rows there are none, and `rows` and `rows_changed` are 0: the condition does not
    exist there. Counts: `rows`, `rows_changed`; `rows_missing`, clean rows that the published set does not have;
    `rows_extra`, published rows without a clean row; and what was odd in the file."""
    name = f"{task}/{language} ({condition})"
    found = _read(task, split, language, condition, folder, clean)
    before = {row["id"]: row for row in clean}
    own = [row for row in found if row["id"] in before]
    counts = {"rows_missing": len(clean) - len(own), "rows_extra": len(found) - len(own), **found.odd}
    if len(own) < FEWEST:
        return Conditioned([], {"rows": 0, "rows_changed": 0, **counts})
    by_id = {row["id"]: row for row in paired(own, clean, name)[0]}
    rows = [by_id[row["id"]] for row in clean if row["id"] in by_id]
    changed = sum(row != before[row["id"]] for row in rows)
    return Conditioned(rows, {"rows": len(rows), "rows_changed": changed, **counts})


def exists(condition: str, task: str, folder: Path, counts: Sequence[Mapping[str, int]]) -> None:
    """Refuse a variant that is in no language: the files are of another set, or the clean rows are."""
    if not any(own["rows_changed"] for own in counts):
        raise InputError(
            f"{folder}: '{condition}': found fewer than {FEWEST} rows of the {SPLIT} set of {task} in every language, "
            "expected more (docs/conditions.md says which ids and languages there are)"
        )


def _read(task: str, split: str, language: str, condition: str, folder: Path, clean: Sequence[Row]) -> Rows:
    if not folder.is_dir():
        raise missing(folder, "folder")
    read, pattern = VARIANTS[task, condition]
    if split != SPLIT or not any(folder.glob(pattern.format(language=language))):
        return Rows()
    return read(folder, language, clean)


def _cleandl(folder: Path, language: str, clean: Sequence[Row]) -> Rows:
    """Each row is in two languages. What it was made from is English: it is compared with the English rows alone."""
    return read_xnli_cleandl(only(folder, CLEANDL)) if language == "en" else Rows()


CLEANDL = "test_matched.tsv"
VARIANTS: Mapping[tuple[str, str], tuple[Read, str]] = {
    ("xnli", "typos"): (lambda folder, language, clean: read_xnli_typos(folder, language), "test_{language}_typos_*"),
    ("xnli", "cleandl"): (_cleandl, CLEANDL),
    ("panx", "typos"): (
        lambda folder, language, clean: found_again(read_panx_typos(folder, language), clean), "test_{language}_typos_*"
    ),
}  # fmt: skip
"""Task and condition -> its reader, and the file of a language; there is no such file where it lacks the language."""
