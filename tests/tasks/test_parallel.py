"""Parallel text: what is counted and refused, and the real files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from stages.prepare import prepare
from tests.tasks.published import put
from tests.tasks.samples.translation import lafand, with_training
from xstilts.errors import InputError
from xstilts.formats.pieces import FIRST, language_token, pieces
from xstilts.params import Data, DataSet
from xstilts.records.files import read_json, read_rows
from xstilts.tasks import load

REAL = Path(os.environ.get("XSTILTS_REAL_DATA", "."), "studies")
real = pytest.mark.skipif("XSTILTS_REAL_DATA" not in os.environ, reason="XSTILTS_REAL_DATA is not set")


def read(name: str, raw: Path, split: str, language: str, labels: Path | None = None) -> Any:
    return load(name).readers["native"](raw, labels or raw, split, language)


def prepared(name: str, raw: Path, output: Path, kind: str = "generated", **given: Any) -> dict[str, Any]:
    """The counts of a prepared set, by split and language."""
    data_set = DataSet(layout="native", raw=str(raw), **{"labels": str(raw), **given})
    prepare(load(name), Data(kind=kind), data_set, output)  # type: ignore[arg-type]
    counts: dict[str, Any] = read_json(output / "counts.json")["splits"]
    return counts


def test_prepare_counts_what_stands_in_the_training_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lafand(tmp_path / "raw")
    counts = prepared("lafand", tmp_path / "raw", tmp_path / "out", evaluate={"test": ["en-sw", "sw-en"]})
    assert counts["test"]["en-sw"] == {"in_training_set": 2, "target_in_training_set": 1, "rows": 3, "declared": None}
    assert counts["train"]["en"]["left_out_same_text"] == 2 and counts["train"]["en"]["rows"] == 8
    said = capsys.readouterr().out
    assert "3 in the training set, 3 whose target is in the training set, 2 left out (both sides the same)" in said
    labels = read_json(tmp_path / "out/task.json")["labels"]
    assert labels[:6] == [*FIRST, "<en>", "<sw>", "<zu>"]
    seen = [row["seen"] for row in read_rows(tmp_path / "out/test/en-sw.parquet")]
    assert seen == ["both", "source", ""]


def test_a_set_without_training_text_is_compared_with_none(tmp_path: Path) -> None:
    with_training(tmp_path, "devtest/eng_Latn.devtest", "devtest/swh_Latn.devtest")
    assert [row["seen"] for row in read("flores200", tmp_path, "test", "en-sw")] == ["", "", ""]
    with pytest.raises(InputError, match=r"devtest: found no folder of parallel text, expected such as en-swa"):
        read("flores200", tmp_path, "test", "en-sw", tmp_path / "devtest")


BAD = (  # file, its new content, split, language, message
    ("en-swa/test.swa", "Mbuzi mmoja.\n", "test", "en-sw", r"test\.swa: found 1 lines, expected 3 as in .*test\.en"),
    ("en-swa/train.swa", "x\n", "train", "en", r"train\.swa: found 1 lines, expected 4"),
    ("en-swa/test.swa", "", "test", "sw-en", r"test\.swa: the file is empty"),
    ("en-swa/test.en", "a\0\nb\nc\n", "test", "en-sw", r"test\.en:1: found the character NUL"),
    (None, None, "test", "en-yo", r"unknown language 'en-yo'.*en-sw, sw-en"),
    (None, None, "test", "sw-zu", r"unknown language 'sw-zu'"),
    (None, None, "test", "sw", r"unknown language 'sw'"),
    (None, None, "test", "en-zu", r"test\.en: file not found"),
)


@pytest.mark.parametrize(("file", "content", "split", "language", "message"), BAD)
def test_bad_files_are_named(
    file: str | None, content: str, split: str, language: str, message: str, tmp_path: Path
) -> None:
    lafand(tmp_path)
    if file:
        put(tmp_path / file, content)
    with pytest.raises(InputError, match=message):
        list(read("lafand", tmp_path, split, language))


@pytest.mark.parametrize(
    ("gone", "made", "message"),
    [
        ("en-zul/train.en", None, r"en-zul/train\.en: file not found"),  # one side alone is no language without a split
        ("en-zul/train.zul", None, r"en-zul/train\.zul: file not found"),
        (None, "en-hau/README", r"en-hau: found no parallel text, expected such as train\.en"),
        (None, "en-hau", r"en-hau: found a file, expected a folder"),
    ],
)
def test_no_language_is_missing_without_a_word(
    gone: str | None, made: str | None, message: str, tmp_path: Path
) -> None:
    lafand(tmp_path)
    if gone:
        (tmp_path / gone).unlink()
    if made:
        put(tmp_path / made, "text")
    with pytest.raises(InputError, match=message):
        list(read("lafand", tmp_path, "train", "en"))


def test_a_test_set_that_is_the_training_set_is_refused(tmp_path: Path) -> None:
    lafand(tmp_path)
    for split in ("train", "test"):
        for side in ("en", "swa"):
            put(tmp_path / f"en-swa/{split}.{side}", "".join(f"{side} {number}\n" for number in range(5)))
    with pytest.raises(InputError, match="found all 5 sources in the training set too"):
        read("lafand", tmp_path, "test", "en-sw")


def test_an_empty_side_of_a_test_pair_is_refused(tmp_path: Path) -> None:
    lafand(tmp_path / "raw")
    put(tmp_path / "raw/en-swa/test.swa", "Mbuzi mmoja.\n \nMbuzi wanne.\n")
    with pytest.raises(InputError, match="row sw/1: found an empty text"):
        prepared("lafand", tmp_path / "raw", tmp_path / "out", evaluate={"test": ["en-sw"]})


def test_pieces_are_counted_and_every_character_is_one() -> None:
    texts = ["banana band", "  banana \t bandana", "ẹ̀kọ́"]
    found = pieces(texts, ["en", "yo"], 40)
    assert found[:5] == (*FIRST, language_token("en"), language_token("yo"))
    assert {*"".join("".join(texts).split()), "▁"} <= {*found} and "▁ban" in found
    assert found == pieces(texts[::-1], ["en", "yo"], 40) and len({*found}) == len(found) <= 40
    assert len(pieces(texts, ["en"], 1)) == len(FIRST) + 1 + len({*"".join("".join(texts).split()), "▁"})


NATIVE = {"lafand": "lafand-mt/data/text_files", "flores200": "flores200", "tico19": "tico19"}
OVERLAPS = {  # direction -> sources and targets of the test set that stand in the training set, counted apart
    "en-sw": (2, 1), "en-yo": (8, 8), "en-ha": (21, 21), "en-zu": (381, 24), "en-ig": (29, 90),
}  # fmt: skip


@real
def test_real_lafand(tmp_path: Path) -> None:
    both = [one for direction in OVERLAPS for one in (direction, "-".join(direction.split("-")[::-1]))]
    given = {"evaluate": {"test": both}}
    counts = prepared("lafand", REAL / NATIVE["lafand"], tmp_path / "out", "cut-down", **given)
    for direction, (source, target) in OVERLAPS.items():
        back = "-".join(direction.split("-")[::-1])
        found = [counts["test"][one] for one in (direction, back)]
        assert [one["in_training_set"] for one in found] == [source, target]
        assert [one["target_in_training_set"] for one in found] == [target, source]
        assert all(one["rows"] == one["declared"] for one in found)
    learnt = counts["train"]["en"]
    assert learnt["left_out_same_text"] == 2 * (189 + 20 + 12 + 21 + 88)
    assert learnt["rows"] + learnt["left_out_same_text"] == 2 * (16_000 + 6_644 + 3_098 + 3_500 + 6_998)
    assert len(read_json(tmp_path / "out/task.json")["labels"]) == 8_000


@real
@pytest.mark.parametrize(("name", "languages"), [("flores200", "ha ig sw yo zu de zh"), ("tico19", "ha sw zu am ru")])
def test_real_test_sets(name: str, languages: str, tmp_path: Path) -> None:
    both = [one for other in languages.split() for one in (f"en-{other}", f"{other}-en")]
    given = {"evaluate": {"test": both}, "labels": str(REAL / NATIVE["lafand"])}
    counts = prepared(name, REAL / NATIVE[name], tmp_path / "out", "full", **given)["test"]
    assert {one["rows"] for one in counts.values()} == {1_012 if name == "flores200" else 2_100}
    assert sum(one.get("in_training_set", 0) for one in counts.values()) == 0
