"""Whole sets that cannot be right: rows that came twice, one file under two names, sides that are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stages.prepare import prepare
from tests.tasks.published import put, span, squad
from xstilts.errors import InputError
from xstilts.params import Data, DataSet
from xstilts.preparation.checks import check_repeats, check_rows
from xstilts.records.files import read_json
from xstilts.records.prepared import Row
from xstilts.tasks import load


def run(name: str, folder: Path, evaluate: Any, layout: str = "native", kind: str = "cut-down") -> dict[str, Any]:
    given = DataSet.model_validate(
        {"layout": layout, "raw": str(folder / "raw"), "labels": str(folder / "raw"), "evaluate": evaluate}
    )
    prepare(load(name), Data.model_validate({"kind": kind}), given, folder / "out")
    found: dict[str, Any] = read_json(folder / "out/counts.json")["splits"]
    return found


def texts(number: int, mark: str = "") -> list[str]:
    return [f"{mark}{'word ' * (i % 7)}{i}" for i in range(number)]


def put_pair(folder: Path, source: list[str], english: list[str]) -> None:
    put(folder / "raw/tatoeba.cym-eng.cym", "\n".join([*source, ""]))
    put(folder / "raw/tatoeba.cym-eng.eng", "\n".join([*english, ""]))


@pytest.mark.parametrize("kind", ["full", "cut-down", "generated"])
def test_equal_sides_are_refused(kind: str, tmp_path: Path) -> None:
    put_pair(tmp_path, texts(20), texts(20))
    with pytest.raises(InputError, match="in 20 of 20 pairs both sentences are the same, expected translations"):
        run("tatoeba", tmp_path, {"test": ["cym"]}, kind=kind)


def test_sides_with_the_same_sentences_in_another_order_are_refused(tmp_path: Path) -> None:
    put_pair(tmp_path, texts(20), texts(20)[::-1])
    with pytest.raises(InputError, match="both sides have the same 20 sentences, expected two languages"):
        run("tatoeba", tmp_path, {"test": ["cym"]})


def test_a_few_equal_pairs_are_names(tmp_path: Path) -> None:
    put_pair(tmp_path, [*texts(20, "cy "), "Tom!"], [*texts(20), "Tom!"])
    assert run("tatoeba", tmp_path, {"test": ["cym"]})["test"]["cym"] == {"rows": 42, "pairs": 21, "declared": 575}


def questions(number: int, mark: str = "") -> list[Any]:
    return [span(f"{mark}{i}", f"{mark} The cat {i} sat.", f"Who {i}?", "cat") for i in range(number)]


def test_rows_that_came_twice(tmp_path: Path) -> None:
    for again, message in ((6, "found 6 ids again"), (1, "found 1 ids again")):
        put(tmp_path / "raw/xquad.de.json", squad(*questions(6), *questions(6)[:again]))
        with pytest.raises(InputError, match=rf"xquad/test/de .*: {message}, expected every id once"):
            run("xquad", tmp_path, {"test": ["de"]})
    renamed = [row | {"id": f"other{row['id']}"} for row in questions(6)]
    put(tmp_path / "raw/xquad.de.json", squad(*questions(6), *renamed))
    with pytest.raises(InputError, match="found 6 of 12 rows again that stand before, expected at most 0"):
        run("xquad", tmp_path, {"test": ["de"]})


def test_what_may_repeat_is_counted(tmp_path: Path) -> None:
    """WikiANN has sentences twice: its task's file says how many are usual."""
    words = [f"de:w{i}\tO\nde:X\tB-PER\n\n" for i in range(20)]
    other = [f"de:v{i}\tO\n\n" for i in range(5)]
    for split, several in (("train", words), ("dev", other), ("test", [*words[5:], *words[5:8], *other])):
        put(tmp_path / f"raw/{'en' if split != 'test' else 'de'}/{split}", "".join(several))
    assert run("panx", tmp_path, {"test": ["de"]})["test"]["de"]["repeated_rows"] == 3
    put(tmp_path / "raw/de/test", "".join([*words[5:], *words[5:15], *other]))
    with pytest.raises(InputError, match=r"found 10 of 30 rows again .* expected at most 9 \(30%\)"):
        run("panx", tmp_path, {"test": ["de"]})


def test_a_training_file_that_came_twice() -> None:
    rows = [{"id": str(i), "text_a": str(i), "text_b": "", "label": "0"} for i in range(8)]
    assert check_repeats(load("mnli"), "train", rows + rows[:4], "here") == 4
    with pytest.raises(InputError, match="here: found 8 of 16 rows again"):
        check_repeats(load("mnli"), "train", rows + rows, "here")


def test_one_file_under_two_names(tmp_path: Path) -> None:
    for language in ("de", "es"):
        put(tmp_path / f"raw/xquad.{language}.json", squad(*questions(6)))
    with pytest.raises(InputError, match="xquad/test/es: found the same 6 rows as in xquad/test/de, expected others"):
        run("xquad", tmp_path, {"test": ["de", "es"]})


def test_pairs_of_languages_of_mlqa(tmp_path: Path) -> None:
    """`de-en` has German contexts and English questions; the languages of a name that is none are named."""
    for language, question in (("de", "de"), ("de", "en")):
        file = f"raw/test/test-context-{language}-question-{question}.json"
        put(tmp_path / file, squad(*questions(6, question)))
    assert run("mlqa", tmp_path, {"test": ["de", "de-en"]})["test"]["de-en"]["rows"] == 6
    with pytest.raises(InputError, match="found 'de-de', expected among: ar, de, "):
        run("mlqa", tmp_path, {"test": ["de-de"]})


def test_retrieval_rows_without_gold_pass() -> None:
    rows: list[Row] = [
        {"id": str(i), "side": side, "text": f"{side} {i}", "gold": []}
        for i in range(3)
        for side in ("source", "english")
    ]
    check_rows("retrieval", rows, "here")


@pytest.mark.parametrize("kind", ["cut-down", "generated"])
def test_what_stands_in_two_places_is_counted_and_shown(kind: str, tmp_path: Path, capsys: Any) -> None:
    """Rows are compared by what a model is given: neither ids nor labels count."""
    put_rows(tmp_path, "train", "en", [*texts(8), "one", "two"])
    put_rows(tmp_path, "dev", "en", ["three", *texts(3, "d")])
    put_rows(tmp_path, "test", "en", ["one", "three", *texts(6, "e")])
    put_rows(tmp_path, "test", "de", ["two", "three", "e0", *texts(6, "z")])
    found = run_pairs(tmp_path, kind)
    assert found["test"]["en"]["in_training_set"] == 1 and "same_as_english" not in found["test"]["en"]
    assert {name: found["test"]["de"][name] for name in ("in_training_set", "same_as_english")} == {
        "in_training_set": 1, "same_as_english": 2,
    }  # fmt: skip
    assert not {"in_training_set", "same_as_english", "empty_texts", "repeated_ids"} & found["train"]["en"].keys()
    assert capsys.readouterr().out.startswith("pawsx: 31 rows; 2 in the training set, 2 the same as in English, 0 with")


@pytest.mark.parametrize("kind", ["cut-down", "generated"])
@pytest.mark.parametrize(
    ("split", "language", "rows", "message"),
    [
        ("test", "de", texts(9, "e")[::-1], "pawsx/test/de: found all 9 rows in English too, expected others"),
        ("test", "de", texts(6), "pawsx/test/de: found all 6 rows in the training set too, expected others"),
        ("dev", "en", texts(6), "pawsx/dev/en: found all 6 rows in the training set too"),
        ("test", "de", texts(9, "e"), "pawsx/test/de: found the same 9 rows as in pawsx/test/en"),
        ("test", "de", [*texts(6, "z"), " "], r"pawsx/test/de .*: row 7: found an empty text \(1 such rows\)"),
    ],
)
def test_where_nothing_else_can_be_meant_it_is_refused(
    split: str, language: str, rows: list[str], message: str, kind: str, tmp_path: Path
) -> None:
    for place, own in ((("train", "en"), texts(8)), (("dev", "en"), texts(7, "d")), (("test", "en"), texts(9, "e"))):
        put_rows(tmp_path, *place, own)
    put_rows(tmp_path, "test", "de", texts(7, "z"))
    run_pairs(tmp_path, kind)
    put_rows(tmp_path, split, language, rows)
    with pytest.raises(InputError, match=message):
        run_pairs(tmp_path, kind)


def test_empty_texts_of_training_sets_are_counted(tmp_path: Path) -> None:
    put_rows(tmp_path, "train", "en", [*texts(8), ""])
    for place in (("dev", "en"), ("test", "en"), ("test", "de")):
        put_rows(tmp_path, *place, texts(6, "".join(place)))
    assert run_pairs(tmp_path, "cut-down")["train"]["en"]["empty_texts"] == 1


def put_rows(folder: Path, split: str, language: str, sentences: list[str]) -> None:
    name = {"train": "train", "dev": "dev_2k", "test": "test_2k"}[split]
    rows = [f"{number}\t{one}\tit is\t{number % 2}" for number, one in enumerate(sentences, start=1)]
    put(folder / f"raw/{language}/{name}.tsv", "\n".join(["id\tsentence1\tsentence2\tlabel", *rows, ""]))


def run_pairs(folder: Path, kind: str) -> dict[str, Any]:
    return run("pawsx", folder, {"test": ["en", "de"]}, kind=kind)


@pytest.mark.parametrize(
    ("family", "row", "message"),
    [
        ("tagging", {"id": "7", "words": [], "tags": []}, "de: row 7: found no words, expected at least one"),
        ("classification", {"id": " ", "text_a": "a", "text_b": "b", "label": "0"}, "de: found the empty id ' '"),
    ],
)
def test_a_row_has_an_id_and_a_sentence_has_words(family: str, row: Row, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_rows(family, [row], "de")
