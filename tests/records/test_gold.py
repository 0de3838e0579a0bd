"""Gold rows that do not fit together are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from xstilts.errors import InputError
from xstilts.records.files import write_rows
from xstilts.records.prepared import SCHEMAS, Prepared, gold


def test_gold_that_does_not_fit_together(tmp_path: Path) -> None:
    task = Prepared("t", "tagging", "pos_f1", ("N",), ("en",), None)
    write_rows(tmp_path / "t/test/en.parquet", [{"id": "a", "words": ["x", "y"], "tags": ["N"]}], SCHEMAS["tagging"])
    with pytest.raises(InputError, match=r"en\.parquet: row 1: found 1 tags, expected 2 as there are words$"):
        gold(task, "test", "en", tmp_path)
    task, row = Prepared("t", "choice", "accuracy", (), ("en",), None), {"id": "a", "prompt": "", "choices": ["x"]}
    write_rows(tmp_path / "t/test/en.parquet", [{**row, "label": 1}], SCHEMAS["choice"])
    with pytest.raises(InputError, match=r"row 1: found the label 1, expected 0 to 0$"):
        gold(task, "test", "en", tmp_path)
