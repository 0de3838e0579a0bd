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
    for split, several in (("train", words), ("dev", words[:5]), ("test", [*words[5:], *words[5:8]])):
        put(tmp_path / f"raw/{'en' if split != 'test' else 'de'}/{split}", "".join(several))
    assert run("panx", tmp_path, {"test": ["de"]})["test"]["de"]["repeated_rows"] == 3
    put(tmp_path / "raw/de/test", "".join([*words[5:], *words[5:15]]))
    with pytest.raises(InputError, match=r"found 10 of 25 rows again .* expected at most 7 \(30%\)"):
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
