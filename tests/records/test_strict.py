"""JSON and rows that other programs would take in silence: one message with file, line and place."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.records.files import read_bytes, read_json, read_rows, read_text, write_json, write_text
from xstilts.records.forms import Each, Maybe, check, check_rows
from xstilts.records.prepared import answers, facts
from xstilts.records.strict import dump, parse

DEEP = 100_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1,\n "b": 2,\n "a": 3}', r"f:3: found the key 'a' twice in one object, expected it once$"),
        (b'[{"a": {"b": 1,\n "\\u0062": 2}}]', r"f:2: found the key 'b' twice"),
        (b'{"a":\n NaN}', r"f:2: found NaN, expected a finite number$"),
        (b'["NaN",\n -Infinity]', r"f:2: found -Infinity, expected a finite number$"),
        (b"[1,\n\n1e999]", r"f:3: found 1e999, expected a finite number$"),
        (b"[\n" + b"7" * 5000 + b"]", r"f:2: found a number of 5,000 digits, expected at most 4,300$"),
        (b"[" * DEEP + b"]" * DEEP, r"f:1: nested too deeply to be read$"),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, r"f:1: nested too deeply to be read$"),
        (b'["a",\n "\\ud83d"]', r"f:2: found half of a surrogate pair \(\\ud83d\) inside a text$"),
        (b'["\\uDE00 x"]', r"f:1: found half of a surrogate pair \(\\uDE00\)"),
        (b'{"a\\u0000": 1}', r"f:1: found the character NUL \(\\u0000\) inside a text$"),
        (b'["a\0"]', r"f:1: found the character NUL, expected text$"),
        (b'["\xed\xa0\x80"]', r"f:1: not UTF-8 \(byte 0xed at offset 2\)$"),
        ('["a"]'.encode("utf-16"), r"f:1: found UTF-16, expected UTF-8$"),
        ('["a"]'.encode("utf-16-be"), r"f:1: found the character NUL"),
        (b'["a\nb"]', r"f:1: not valid JSON: Invalid control character at$"),
        (b'["a"]\n["b"]', r"f:2: not valid JSON: Extra data$"),
    ],
)
def test_json_is_read_as_its_standard_has_it(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_json(tmp_path / "f")


def test_what_only_looks_odd_is_read(tmp_path: Path) -> None:
    text = r'{"a": "\ud83d\ude00 \\u0000 \\ud800", "b": ["\u2028", 1e308, -0.0, 12345678901234567890], "NaN": "NaN"}'
    write_text(tmp_path / "f", text)
    assert read_json(tmp_path / "f") == json.loads(text)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)))
def test_whatever_is_written_is_read_again(value: Any) -> None:
    assert parse(dump(value, Path("f")), Path("f")) == value


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": [{"b": math.nan}]}, r"a\[0\]\.b: found nan"), ([1.0, -math.inf], r"\[1\]: found -inf"),
        ({1: {"x": (math.inf,)}}, r"1\.x\[0\]: found inf"), (math.nan, "the value: found nan"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_finite_is_named_and_nothing_is_written(tmp_path: Path, value: Any, place: str) -> None:
    with pytest.raises(InputError, match=rf"f\.json: {place}, expected a finite number; nothing was written$"):
        write_json(tmp_path / "f.json", value)
    assert not list(tmp_path.iterdir())


def test_a_folder_or_pipe_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for read in (read_json, read_text, read_bytes, read_rows):
        with pytest.raises(InputError, match=r"folder: found a folder, expected a file$"):
            read(tmp_path / "folder")
        with pytest.raises(InputError, match=r"pipe: found no plain file, expected a file$"):
            read(tmp_path / "pipe")
        with pytest.raises(InputError, match=r"loop: (file not found|cannot be read)"):
            read(tmp_path / "loop")
        with pytest.raises(InputError, match="file not found"):
            write_text(tmp_path / "a", "x")
            read(tmp_path / "a" / "b")
    with pytest.raises(InputError, match=r"folder: found a folder, expected a file or nothing there$"):
        write_json(tmp_path / "folder", {})
    monkeypatch.setattr(Path, "read_bytes", lambda _: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(InputError, match=r"a: cannot be read: Permission denied$"):
        read_json(tmp_path / "a")


FORM = {"id": int, "texts": [str], "by": Each(float), "note": Maybe(str), "more": Maybe(bool, left_out=True)}
SOUND: dict[str, Any] = {"id": 1, "texts": ["a"], "by": {"x": 1, "y": 0.5}, "note": None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": True}, "id: found True, expected a whole number"),
        ({"id": 1.0}, "id: found 1.0, expected a whole number"),
        ({"id": "1"}, "id: found '1', expected a whole number"), ({"texts": "a"}, "texts: found 'a', expected a list"),
        ({"texts": ["a", None]}, r"texts\[1\]: found None, expected a text"),
        ({"texts": ["a\0"]}, r"texts\[0\]: found .*, expected .*NUL"),
        ({"by": {"x": False}}, "by.x: found False, expected a finite number"),
        ({"by": {"x": math.nan}}, "by.x: found nan, expected a finite number"),
        ({"by": []}, r"by: found \[\], expected an object"),
        ({"note": 3}, "note: found 3, expected a text"), ({"more": 1}, "more: found 1, expected true or false"),
    ],
)  # fmt: skip
def test_forms(change: dict[str, Any], message: str) -> None:
    assert check(SOUND, FORM, "f") is SOUND and check({**SOUND, "more": True, "other": object()}, FORM, "f")
    with pytest.raises(InputError, match=f"^f: {message}"):
        check({**SOUND, **change}, FORM, "f")
    with pytest.raises(InputError, match=r"^f: note is missing; found 'id', 'texts', 'by'$"):
        check({name: value for name, value in SOUND.items() if name != "note"}, FORM, "f")


def test_rows_are_checked_with_their_number() -> None:
    rows = [{"id": "a", "n": [1]}, {"id": "b", "n": [1, "2"]}]
    with pytest.raises(InputError, match=r"^f: row 2: n\[1\]: found '2', expected a whole number$"):
        check_rows(rows, {"id": str, "n": [int]}, Path("f"))
    with pytest.raises(InputError, match=r"^f: found no column 'm', only id, n$"):
        check_rows(rows, {"m": str}, Path("f"))


FACTS = {"name": "t", "family": "tagging", "metric": "pos_f1", "labels": ["N"], "languages": ["en"], "tunes_on": None}


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([["N"], None], "row 2: prediction: found None, expected a list"),
        ([["N"], [None]], r"row 2: prediction\[0\]: found None, expected a text"),
        (["N", "N N"], "row 1: prediction: found 'N', expected a list"),
        ([[1], [2]], r"row 1: prediction\[0\]: found 1, expected a text"),
    ],
)
def test_stored_predictions_of_another_type(tmp_path: Path, column: list[Any], message: str) -> None:
    path = tmp_path / "1.parquet"
    write_json(tmp_path / "t/task.json", FACTS)
    pq.write_table(pa.table({"id": ["a", "b"], "prediction": column}), path)
    with pytest.raises(InputError, match=rf"1\.parquet: {message}"):
        answers(facts("t", folder=tmp_path), path)


def test_a_column_twice(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["id", "id"])
    pq.write_table(table, tmp_path / "1.parquet")
    with pytest.raises(InputError, match=r"1\.parquet: found a column twice in id, id, expected each once$"):
        read_rows(tmp_path / "1.parquet")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"family": "x"}, "found the family x, expected one of classification"), ({"labels": "N"}, "labels: found 'N'"),
        ({"name": "u"}, "found the task u, expected t"), ({"tunes_on": 1}, "tunes_on: found 1, expected a text"),
    ],
)  # fmt: skip
def test_facts_in_another_form(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    write_json(tmp_path / "t/task.json", {**FACTS, **change})
    with pytest.raises(InputError, match=rf"task\.json: {message}"):
        facts("t", folder=tmp_path)
