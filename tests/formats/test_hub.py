"""Hub layouts: the rows are those that pyarrow reads, and what does not fit is refused with file, row and column."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.tasks.published import put_hub
from xstilts.errors import InputError
from xstilts.formats.hub import BATCH, read_hub, shards
from xstilts.records.files import read_rows, write_rows
from xstilts.records.prepared import SCHEMAS

NAMES = ("no", "yes")
COLUMNS = {"text": str, "words": [str], "tags": [NAMES], "label": NAMES, "number": int,
           "answers": {"text": [str], "answer_start": [int]}}  # fmt: skip


def row(i: int) -> dict[str, Any]:
    return {
        "text": f"text {i}\u2028\x85 {'ö' * (i % 5)}", "unread": i / 3, "words": ["a", "", "b"][: i % 4],
        "tags": [0, 1, 1][: i % 4], "label": i % 2, "number": i - 5,
        "answers": {"text": ["x", "y"][: i % 3], "answer_start": [i, 7][: i % 3]},
    }  # fmt: skip


def write(path: Path, *rows: dict[str, Any]) -> None:
    put_hub(path, list(rows), {"label": list(NAMES), "tags": list(NAMES)})


def test_rows_and_their_order_are_those_of_pyarrow_and_rows_are_numbered_by_file(tmp_path: Path) -> None:
    sizes = (2 * BATCH + 700, 1, 300)
    for number, size in enumerate(sizes):
        file = tmp_path / f"train-{number:05}-of-00003.parquet"
        write(file, *(row(number * 100_000 + i + 1) for i in range(size)))
        pq.write_table(pq.read_table(file), file, row_group_size=999)  # no row group ends where a batch does
    found = list(read_hub(tmp_path, "train", COLUMNS))
    files = sorted(tmp_path.iterdir())
    read = [one for file in files for one in pq.read_table(file).select(list(COLUMNS)).to_pylist()]
    assert [one for _, one in found] == read
    assert [where for where, _ in found] == [f"{f}: row {i}" for f, size in zip(files, sizes) for i in range(size)]


@pytest.mark.parametrize("name", ["train-{}-of-00011.parquet", "train/{}.parquet"])
def test_shards_come_in_the_order_of_datasets(name: str, tmp_path: Path) -> None:
    from datasets.data_files import DataFilesDict

    for number in range(11):
        write(tmp_path / name.format(f"{number:05}"), row(number))
    write(tmp_path / "train_r1-00000-of-00001.parquet", row(99))  # a split of its own
    pattern = name.format("*").replace("of-00011", "*")
    (files,) = DataFilesDict.from_patterns({"train": [pattern]}, base_path=str(tmp_path)).values()
    assert [str(path) for path in shards(tmp_path, "train")] == files and len(files) == 11


def without(**change: Any) -> dict[str, Any]:
    return row(2) | change


WRONG = {
    "no value": (without(text=None), r"row 3: found no value \(null\) in column text, expected text"),
    "no label": (without(label=None), r"row 3: .* column label, expected numbers of the labels no, yes"),
    "a hole in a list": (without(words=["a", None]), r"row 3: .* column words, expected lists of text"),
    "a hole in a column of lists": (
        without(answers={"text": ["x"], "answer_start": [None]}),
        r"row 3: .* column answers, expected text \(lists of text\) and answer_start \(lists of whole numbers\)",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_nulls_are_refused(case: str, tmp_path: Path) -> None:
    bad, message = WRONG[case]
    write(tmp_path / "dev-00000-of-00002.parquet", *map(row, range(7)))
    write(tmp_path / "dev-00001-of-00002.parquet", *map(row, range(3)), bad)
    with pytest.raises(InputError, match=r"dev-00001-of-00002\.parquet: " + message):
        list(read_hub(tmp_path, "dev", COLUMNS))


TYPES = {
    "a number for text": ("text", [1], r"found the type int64 in column text, expected text"),
    "text for a number": ("number", ["1"], r"found the type string in column number, expected whole numbers"),
    "a fraction": ("number", [0.5], r"found the type double in column number, expected whole numbers"),
    "names for labels": ("label", ["yes"], r"found the type string in column label, expected numbers of the labels"),
    "true or false": ("label", [True], r"found the type bool in column label"),
    "text for a list": ("words", ["a b"], r"found the type string in column words, expected lists of text"),
    "lists of numbers": ("words", [[1]], r"found the type list<.*int64> in column words, expected lists of text"),
    "a list for two": ("answers", [["x"]], r"found the type list<.*> in column answers, expected text \(lists"),
    "nothing at all": ("text", [None], r"found the type null in column text, expected text"),
}


@pytest.mark.parametrize("case", TYPES)
def test_other_types_are_refused(case: str, tmp_path: Path) -> None:
    """Also in a second file: `datasets` would turn numbers into text to make it like the first."""
    name, values, message = TYPES[case]
    write(tmp_path / "dev-00000-of-00002.parquet", row(2))
    table = pa.Table.from_pylist([row(2)])
    table = table.set_column(table.column_names.index(name), name, pa.array(values))
    pq.write_table(table, tmp_path / "dev-00001-of-00002.parquet")
    with pytest.raises(InputError, match=r"dev-00001-of-00002\.parquet: " + message) as refused:
        list(read_hub(tmp_path, "dev", COLUMNS))
    assert "\n" not in str(refused.value)


def test_label_names_as_older_versions_of_datasets_wrote_them(tmp_path: Path) -> None:
    """`Sequence`, which is no longer a type: unimelb-nlp/wikiann and the SQuAD sets have it."""
    names = {"names": ["yes", "no"], "_type": "ClassLabel"}
    features = {"tags": {"feature": names, "_type": "Sequence"}}
    table = pa.table({"tags": pa.array([[0, 1]], pa.list_(pa.int64()))})
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    pq.write_table(table.replace_schema_metadata(metadata), tmp_path / "test-00000-of-00001.parquet")
    with pytest.raises(InputError, match=r"column tags has the labels yes, no, expected no, yes"):
        list(read_hub(tmp_path, "test", {"tags": [NAMES]}))
    ((_, found),) = read_hub(tmp_path, "test", {"tags": [("yes", "no")]})
    assert found == {"tags": [0, 1]}


def test_a_file_that_breaks_off_in_the_middle_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "train-00000-of-00001.parquet"
    write(file, *map(row, range(20_000)))
    content = bytearray(file.read_bytes())
    content[200 : len(content) // 2] = bytes(len(content) // 2 - 200)
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"train-00000-of-00001\.parquet: not a readable parquet file: "):
        list(read_hub(tmp_path, "train", COLUMNS))


def test_a_text_that_is_not_utf8_is_named_with_its_row(tmp_path: Path) -> None:
    texts = pa.array([b"a", b"b", b"\xff"]).view(pa.string())
    pq.write_table(pa.table({"text": texts}), tmp_path / "train-00000-of-00001.parquet")
    with pytest.raises(InputError, match=r"of-00001\.parquet: row 2: found a text that is not UTF-8 \(invalid start"):
        list(read_hub(tmp_path, "train", {"text": str}))


def test_no_rows(tmp_path: Path) -> None:
    write(tmp_path / "full-00000-of-00001.parquet", row(2))
    empty = pq.read_table(tmp_path / "full-00000-of-00001.parquet").slice(0, 0)
    pq.write_table(empty, tmp_path / "train-00000-of-00001.parquet")
    with pytest.raises(InputError, match=r"train-00000-of-00001\.parquet: the file is empty"):
        list(read_hub(tmp_path, "train", COLUMNS))


def python(code: str, folder: Path) -> str:
    """What a program prints, whose home is an empty folder and which may reach no network."""
    watched = "import socket, sys\nsocket.socket.connect = lambda *_: sys.exit('a request leaves the machine')\n"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment = kept | {"HOME": str(folder / "home"), "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-c", watched + code], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_reading_leaves_nothing_in_the_home_folder_and_asks_no_server(tmp_path: Path) -> None:
    write(tmp_path / "train-00000-of-00001.parquet", *map(row, range(9)))
    (tmp_path / "home").mkdir()
    code = (
        "from pathlib import Path\nfrom xstilts.formats.hub import read_hub\n"
        "print(len(list(read_hub(Path(), 'train', {'text': str}))))"
    )
    assert python(code, tmp_path) == "9\n"
    assert list((tmp_path / "home").rglob("*")) == []


def test_datasets_is_imported_for_hub_layouts_only(tmp_path: Path) -> None:
    code = (
        "import stages.prepare\nfrom pathlib import Path\nfrom xstilts.tasks import load\n"
        "for p in Path({!r}).glob('*.py'): p.stem == '__init__' or load(p.stem)\n"
        "print('datasets' in sys.modules)"
    )
    assert python(code.format(str(Path("xstilts/tasks").resolve())), tmp_path) == "False\n"


@pytest.mark.parametrize("family", sorted(SCHEMAS))
def test_prepared_files_open_in_datasets_and_pandas(family: str, tmp_path: Path) -> None:
    import datasets
    import pandas

    values = {"str": "ä", "int": 3, "float": 0.5, "strs": ["a", ""], "ints": [1, 2], "floats": [0.5]}
    rows = [{name: values[kind] for name, kind in SCHEMAS[family].items()} | {"id": str(i)} for i in range(3)]
    rows = [{name: one[name] for name in SCHEMAS[family]} for one in rows]
    write_rows(tmp_path / "en.parquet", rows, SCHEMAS[family])
    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(
        "parquet", data_files={"train": str(tmp_path / "en.parquet")}, split="train", cache_dir=str(tmp_path / "cache")
    )
    frame = pandas.read_parquet(tmp_path / "en.parquet")
    as_lists = [{n: list(v) if hasattr(v, "tolist") else v for n, v in one.items()} for one in frame.to_dict("records")]
    assert loaded.to_list() == read_rows(tmp_path / "en.parquet") == as_lists == rows
