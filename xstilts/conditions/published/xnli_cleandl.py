"""CleanDL (Tan and Joty 2021): premise and hypothesis of each row of XNLI's test set in two of its 15 languages."""

from __future__ import annotations

from pathlib import Path

from xstilts.conditions.published.files import NLI
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_tsv


def read_xnli_cleandl(path: Path) -> Rows:
    """test_matched.tsv, the columns of MultiNLI; an id is the number of the row in XNLI's test set: all are there.

    The column `language` says `en` in every row and is not read."""
    rows = Rows()
    for number, (where, row) in enumerate(read_tsv(path, ("gold_label", "sentence1", "sentence2", "pairID"))):
        label = one_of(row["gold_label"], NLI, where)
        rows.add(id=number, text_a=row["sentence1"].strip(), text_b=row["sentence2"].strip(), label=label)
    return rows
