"""`max_rows`: which rows of a set are kept, that they are the same everywhere, and where a part makes no sense."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.prepare import prepare
from tests.tasks.published import put
from tests.tasks.samples import SAMPLES
from xstilts.errors import InputError
from xstilts.params import Data, DataSet
from xstilts.preparation.cut import cut
from xstilts.records.files import read_json, read_rows
from xstilts.tasks import load


def data_set(folder: Path, layout: str = "native", **more: Any) -> DataSet:
    return DataSet.model_validate({"layout": layout, "raw": str(folder), "labels": str(folder), **more})


def rows(names: list[str]) -> list[dict[str, Any]]:
    return [{"id": name, "text_a": f"text {name}", "text_b": "", "label": "a"} for name in names]


@given(st.lists(st.text(min_size=1), unique=True, max_size=60), st.integers(1, 70), st.integers(0, 30))
def test_a_smaller_number_gives_a_part_of_a_larger_one(names: list[str], size: int, more: int) -> None:
    own = data_set(Path(), max_rows={"test": size}), data_set(Path(), max_rows={"test": size + more})
    (few, gone), (many, _) = (cut(load("xnli"), one, "test", rows(names)) for one in own)
    assert len(few) == min(size, len(names)) and gone == len(names) - len(few)
    kept = [row["id"] for row in many]
    assert [name for name in kept if name in {row["id"] for row in few}] == [row["id"] for row in few]
    assert kept == [name for name in names if name in {*kept}]  # in the order of the file


@given(st.permutations([str(number) for number in range(40)]))
def test_translations_are_kept_together_whatever_the_order(names: list[str]) -> None:
    own = data_set(Path(), max_rows={"test": 7})
    found = {row["id"] for row in cut(load("xquad"), own, "test", rows(names))[0]}
    assert found == {row["id"] for row in cut(load("xquad"), own, "test", rows(sorted(names)))[0]}


def test_no_number_no_cut_and_never_the_training_set() -> None:
    own, all_ = data_set(Path(), max_rows={"test": 1}), rows(["a", "b"])
    assert cut(load("xnli"), own, "train", all_) == (all_, 0) and cut(load("xnli"), own, "dev", all_) == (all_, 0)


def write(folder: Path, name: str, layout: str, evaluate: Any, **more: Any) -> Path:
    """A prepared sample, of which `more` may keep a part."""
    if not (folder / "raw").exists():
        SAMPLES[name, layout].write(folder / "raw")
    own = DataSet.model_validate(
        {"layout": layout, "raw": str(folder / "raw"), "labels": str(folder / "raw/labels"), "evaluate": evaluate,
         **more}
    )  # fmt: skip
    prepare(replace(load(name)), Data(kind="generated"), own, folder / "out")
    return folder / "out"


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    whole = read_rows(write(tmp_path, "xnli", "native", {"test": ["de"]}) / "test/de.parquet")
    out = write(tmp_path, "xnli", "native", {"test": ["de"]}, max_rows={"test": 1, "dev": 1})
    assert len(whole) > 1 and len(read_rows(out / "test/de.parquet")) == len(read_rows(out / "dev/en.parquet")) == 1
    found = read_json(out / "counts.json")["splits"]["test"]["de"]
    assert found["rows"] == 1 and found["cut_rows"] == len(whole) - 1


def test_tatoeba_asks_for_fewer_sentences_among_as_many(tmp_path: Path) -> None:
    put(tmp_path / "raw/tatoeba.cym-eng.cym", "".join(f"brawddeg {n}\n" for n in range(12)))
    put(tmp_path / "raw/tatoeba.cym-eng.eng", "".join(f"sentence {n}\n" for n in range(12)))
    own = data_set(tmp_path / "raw", evaluate={"test": ["cym"]}, max_rows={"test": 5})
    prepare(load("tatoeba"), Data(kind="generated"), own, tmp_path / "out")
    found = read_rows(tmp_path / "out/test/cym.parquet")
    assert sum(row["side"] == "english" for row in found) == 5 and sum(row["side"] == "source" for row in found) == 12
    counts = read_json(tmp_path / "out/counts.json")["splits"]["test"]["cym"]
    assert counts["pairs"] == 5 and counts["cut_rows"] == 7 and counts["rows"] == 17


def test_a_part_of_bucc_is_another_task(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tasks\.bucc\.max_rows: found 5, but pairs are mined from whole corpora"):
        cut(load("bucc"), data_set(Path(), max_rows={"test": 5}), "test", [])


def test_a_number_for_a_split_that_is_not_prepared(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tasks\.xquad\.max_rows: found dev, expected .* that is prepared: test"):
        write(tmp_path, "xquad", "native", {"test": ["de"]}, max_rows={"dev": 5})
