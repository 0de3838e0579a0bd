"""XNLI with typing errors that people make (Stickland et al. 2023, arXiv 2210.04782), in en de es fr hi tr."""

from __future__ import annotations

from pathlib import Path

from xstilts.conditions.published.files import only
from xstilts.errors import InputError
from xstilts.formats.labels import same_length
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_tsv
from xstilts.records.strict import brief

LABELS = {"0": "entailment", "1": "neutral", "2": "contradiction"}


def read_xnli_typos(folder: Path, language: str) -> Rows:
    """test_<language>_typos_<rate>.tsv; an id is the number of the row in XNLI's test set, from rows_<language>.tsv.

    Of languages other than English the file has a part of the rows."""
    path, numbers = only(folder, f"test_{language}_typos_*.tsv"), folder / f"rows_{language}.tsv"
    ids = [_number(row["xnli_test_row"], where) for where, row in read_tsv(numbers, ("line", "xnli_test_row"))]
    found = list(read_tsv(path, ("premise", "hypothesis", "label")))
    same_length(numbers, len(ids), path, len(found), "rows")
    rows = Rows()
    for name, (where, row) in zip(ids, found):
        label = LABELS[one_of(row["label"], LABELS, where)]
        one, other = (_unquoted(row[side], where) for side in ("premise", "hypothesis"))
        rows.add(id=name, text_a=one, text_b=other, label=label)
    return rows


def _unquoted(text: str, where: str) -> str:
    """A field without the quotes that Python's `repr` has put around it; those inside are the text's own."""
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "'\"":
        raise InputError(f"{where}: found {brief(text)}, expected a text in quotes")
    return text[1:-1].strip()


def _number(text: str, where: str) -> str:
    if not (text.isascii() and text.isdigit()):
        raise InputError(f"{where}: found {brief(text)}, expected the number of a row")
    return text
