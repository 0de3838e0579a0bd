"""Finished chunks of a translation: whole ones are taken, damaged ones made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from xstilts.records.files import write_json
from xstilts.translation.engine import kept


@pytest.mark.parametrize(
    "damage", ["", "[", "null", "[]", "3", '[["a"]]', '[["a", "b"], [3]]', '[["a", "b"], "c"]', '{"a": 1}', "\x00"]
)
def test_a_damaged_chunk_is_translated_again(damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "000000.json"
    assert kept(file, [2, 1]) is None and capsys.readouterr().out == ""
    write_json(file, [["a", "b"], ["c"]])
    assert kept(file, [2, 1]) == [["a", "b"], ["c"]]
    file.write_text(damage)
    assert kept(file, [2, 1]) is None
    assert f"warning: {file} is damaged: " in capsys.readouterr().out
    file.unlink()
    file.mkdir()
    assert kept(file, [2, 1]) is None
