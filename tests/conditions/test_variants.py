"""Published sets as conditions: a part of the clean rows, in their order; where it is not there, no row."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conditions.made_up import Row
from tests.conditions.test_published import REAL, pair, real, refused, write
from xstilts.conditions.published.files import NLI, TAGS
from xstilts.conditions.published.panx_typos import _in_order, found_again
from xstilts.conditions.published.variants import FEWEST, VARIANTS, exists, variant
from xstilts.formats.rows import Rows
from xstilts.params.conditions import PUBLISHED
from xstilts.params.data import ConditionFiles
from xstilts.tasks import panx, xnli

LABELS = ("entailment", "neutral", "contradiction")  # by the numbers of the typos' files
CLEAN = [pair(str(n), f"one {n}", f"other {n}", LABELS[n % 3]) for n in range(30)]


def typos(folder: Path, language: str, numbers: list[int], shift: int = 0) -> Path:
    """The files of XNLI's typos: of the rows with these numbers, with labels of rows `shift` places away."""
    write(folder / f"rows_{language}.tsv", "line\txnli_test_row", *(f"{at}\t{n}" for at, n in enumerate(numbers)))
    lines = (f"'onne {n}'\t'other {n}'\t{(n + shift) % 3}" for n in numbers)
    write(folder / f"test_{language}_typos_0.05.tsv", "premise\thypothesis\tlabel", *lines)
    return folder


def cleandl(folder: Path, size: int) -> Path:
    """The file of CleanDL: rows 0 to `size`."""
    lines = (f"{LABELS[n % 3]}\teins {n}\tdeux {n}\t{n}" for n in range(size))
    write(folder / "test_matched.tsv", "gold_label\tsentence1\tsentence2\tpairID", *lines)
    return folder


def made(folder: Path, language: str = "de", split: str = "test", condition: str = "typos") -> tuple[list[Row], Any]:
    found = variant(CLEAN, "xnli", split, language, condition, folder)
    return found.rows, found.counts


def test_every_published_set_has_a_reader_and_a_key() -> None:
    asked = {(task, name) for name, tasks in PUBLISHED.items() for task in tasks}
    assert asked == {*VARIANTS} and {f"{task}_{name}" for task, name in asked} <= {*ConditionFiles.model_fields}
    assert NLI == xnli.LABELS and TAGS == panx.LABELS


def test_a_part_of_the_rows_has_the_order_of_the_clean_ones(tmp_path: Path) -> None:
    numbers = [*range(28, 5, -2), 77]  # another order, and a row that the clean set does not have
    rows, counts = made(typos(tmp_path, "de", numbers))
    assert [row["id"] for row in rows] == [str(n) for n in range(6, 29, 2)]
    assert all(row == {**CLEAN[int(row["id"])], "text_a": f"onne {row['id']}"} for row in rows)
    assert counts == {"rows": 12, "rows_changed": 12, "rows_missing": 18, "rows_extra": 1}


def test_a_row_that_is_as_it_was_is_no_changed_one(tmp_path: Path) -> None:
    path = typos(tmp_path, "de", [*range(12)]) / "test_de_typos_0.05.tsv"
    write(path, *path.read_text(encoding="utf-8").replace("onne 3", "one 3").splitlines())
    assert made(tmp_path)[1] == {"rows": 12, "rows_changed": 11, "rows_missing": 18, "rows_extra": 0}


@pytest.mark.parametrize(
    ("language", "split", "numbers", "missing", "extra"),
    [
        ("fr", "test", range(20), 30, 0),  # no file of this language
        ("de", "dev", range(20), 30, 0),  # the sets are made of the test set
        ("de", "test", range(FEWEST - 1), 30 - FEWEST + 1, 0),  # too few
        ("de", "test", range(50, 70), 30, 20),  # ids of other rows
    ],
)
def test_where_it_is_not_there_no_row_is(
    language: str, split: str, numbers: range, missing: int, extra: int, tmp_path: Path
) -> None:
    rows, counts = made(typos(tmp_path, "de", [*numbers]), language, split)
    assert not rows and counts == {
        "rows": 0, "rows_changed": 0, "rows_missing": missing, "rows_extra": extra,
    }  # fmt: skip
    refused(
        lambda: exists("typos", "xnli", tmp_path, [counts]),
        f"{tmp_path}: 'typos': found fewer than {FEWEST} rows of the test set of xnli in every language, expected more",
    )
    exists("typos", "xnli", tmp_path, [counts, {"rows_changed": 1}])


def test_ids_that_number_other_rows_are_refused(tmp_path: Path) -> None:
    typos(tmp_path, "de", [*range(12)], shift=1)
    refused(lambda: made(tmp_path), "xnli/de (typos): row 0: found the label neutral, expected entailment")
    refused(lambda: made(tmp_path / "nothing"), "nothing: folder not found")


def test_cleandl_is_compared_with_the_english_rows(tmp_path: Path) -> None:
    cleandl(tmp_path, 25)
    rows, counts = made(tmp_path, "en", condition="cleandl")
    assert rows[3] == pair("3", "eins 3", "deux 3", "entailment")
    assert counts == {"rows": 25, "rows_changed": 25, "rows_missing": 5, "rows_extra": 0}
    rows, counts = made(tmp_path, "de", condition="cleandl")
    assert not rows and counts == {"rows": 0, "rows_changed": 0, "rows_missing": 30, "rows_extra": 0}


def sentence(name: str, text: str, *tags: str) -> Row:
    words = text.split()
    return {"id": name, "words": words, "tags": [*tags, *["O"] * (len(words) - len(tags))]}


def names(noisy: list[Row], clean: list[Row]) -> list[str]:
    rows = Rows()
    for row in noisy:
        rows.add(**row)
    return [row["id"] for row in found_again(rows, clean)]


def test_sentences_of_panx_are_found_again() -> None:
    clean = [
        sentence("0", "Ana lebt in Bonn", "B-PER"),
        sentence("1", "Ana lebte in Bonn", "B-PER"),
        sentence("2", "Ulm liegt an der Donau", "B-LOC"),
        sentence("3", "Ulm liegt an der Donau", "B-LOC"),
        sentence("4", "Wien ist eine Stadt", "B-LOC"),
    ]
    for text, tag, name in (
        ("Ana lebbte in Bonn", "B-PER", "1"),  # the sentence that is most alike
        ("Ana leebt in Bonn", "B-PER", "0"),
        ("ana lebt in Bon", "B-PER", "0"),
        ("Wien ist eene Stat", "B-LOC", "4"),
        ("Wien ist eine Stadt", "B-ORG", "typos"),  # other tags
        ("Wien ist eine grosse Stadt", "B-LOC", "typos"),  # another number of words
        ("Wien war keine Statt", "B-LOC", "typos"),  # fewer than half of the words
        ("Wien ist eine Insel", "B-LOC", "typos"),  # a word that is not like the one in its place
        ("Ulm liegt an der Donnau", "B-LOC", "typos"),  # two sentences are as much alike
    ):
        assert names([sentence("typos", text, tag)], clean) == [name], text


def test_pairs_in_panx_do_not_cross_and_no_sentence_has_two() -> None:
    clean = [sentence(str(n), f"Satz Nummer {word} ist da") for n, word in enumerate(("eins", "zwei", "drei", "vier"))]
    noisy = [sentence(f"typos-{n}", f"Satz Nummer {word} ist daa")
             for n, word in enumerate(("eins", "vier", "zwei", "drei", "drei"))]  # fmt: skip
    assert names(noisy[:4], clean) == ["0", "typos-1", "1", "2"]  # `vier` stands before rows that come before it
    assert names(noisy, clean) == ["0", "typos-1", "1", "typos-3", "typos-4"]


@given(st.permutations(range(7)))
def test_the_most_pairs_in_order(places: list[int]) -> None:
    pairs = [*enumerate(places)]
    found = _in_order(pairs)
    assert {*found} <= {*pairs} and all(a < c and b < d for (a, b), (c, d) in pairwise(found))
    longest = max(size for size in range(8) for own in combinations(places, size) if [*own] == sorted(own))
    assert len(found) == longest


def test_panx_typos_as_a_condition(tmp_path: Path) -> None:
    words = [f"{chr(97 + n)}{chr(97 + n)}{chr(97 + n)}" for n in range(12)]
    clean = [sentence(str(n), f"Herr {word} kommt heute", "O", "B-PER") for n, word in enumerate(words)]
    tags = [TAGS.index("O"), TAGS.index("B-PER"), 0, 0]
    lines = [json.dumps({"tokens": ["Herr", word, "komt", "heute"], "ner_tags": tags}) for word in words[1:]]
    write(tmp_path / "test_de_typos_0.2.jsonl", *lines)
    found = variant(clean, "panx", "test", "de", "typos", tmp_path)
    assert [row["id"] for row in found.rows] == [str(n) for n in range(1, 12)]
    assert found.rows[0] == {**clean[1], "words": ["Herr", "bbb", "komt", "heute"]}
    assert found.counts == {
        "rows": 11, "rows_changed": 11, "rows_missing": 1, "rows_extra": 0, "broken_characters": 0,
    }  # fmt: skip


@real
@pytest.mark.parametrize(
    ("language", "condition", "rows"),
    [("de", "typos", 74), ("en", "typos", 600), ("es", "typos", 59), ("fr", "typos", 95), ("hi", "typos", 349),
     ("tr", "typos", 496), ("zh", "typos", 0), ("en", "cleandl", 600), ("de", "cleandl", 0)],
)  # fmt: skip
def test_the_real_sets_beside_the_600_rows_of_the_profile(language: str, condition: str, rows: int) -> None:
    raw = REAL.parent / "xtreme"
    clean = xnli.read_xtreme(raw / "xnli", raw / "labels/xnli", "test", language)
    found = variant(clean, "xnli", "test", language, condition, REAL / f"xnli-{condition}")
    assert found.counts["rows_changed"] == len(found.rows) == rows
    assert found.counts["rows_missing"] == 600 - rows


@real
def test_real_sentences_of_panx_are_found_again() -> None:
    """Without tags, which these test files do not have: so it is harder than it will be."""
    for language, least in (("de", 130), ("es", 110), ("fr", 120), ("hi", 130), ("tr", 120)):
        path = REAL.parent / f"xtreme/panx/test-{language}.tsv"
        texts = path.read_text(encoding="utf-8").split("\n\n")
        clean = [sentence(str(n), " ".join(line.split("\t")[0].replace(" ", "_") for line in text.splitlines()))
                 for n, text in enumerate(texts) if text.strip()]  # fmt: skip
        noisy = Rows()
        for line in next((REAL / "panx-typos").glob(f"test_{language}_*")).read_text(encoding="utf-8").splitlines():
            words = json.loads(line)["tokens"]
            noisy.add(id=f"typos-{len(noisy)}", words=words, tags=["O"] * len(words))
        found = [int(row["id"]) for row in found_again(noisy, clean) if not row["id"].startswith("typos")]
        assert least < len(found) == len({*found}) <= 200 and found == sorted(found), language
