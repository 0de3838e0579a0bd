"""Stored predictions with a number that is not finite are refused, also where no metric reads it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.families.test_fuzz_predictions import KINDS
from xstilts.errors import InputError
from xstilts.records.files import write_rows
from xstilts.scoring import stored

SCORED = [
    (kind, name) for kind, (_, _, rows) in KINDS.items() for name, value in rows[0].items() if value.__class__ is float
]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("kind", "name"), SCORED)
def test_a_number_that_is_not_finite(kind: str, name: str, value: float, tmp_path: Path) -> None:
    task, _, rows = KINDS[kind]
    schema = {column: "float" if isinstance(one, float) else "str" for column, one in rows[0].items()}
    file = tmp_path / "1.parquet"
    write_rows(file, rows, schema)
    assert stored.answers(task, file) == rows
    write_rows(file, [*rows[:2], {**rows[2], name: value}, *rows[3:]], schema)
    with pytest.raises(InputError, match=rf"1\.parquet: row 3: {name}: found {value}, expected a finite number"):
        stored.answers(task, file)
