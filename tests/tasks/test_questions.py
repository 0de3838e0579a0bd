"""Multiple-choice exams: files that cannot be right, options in an order by a hash, and the real files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports import ROOT
from tests.tasks.exams import HEAD, REAL_ROWS, exams, row
from tests.tasks.published import Row, put, put_hub
from tests.tasks.samples import SAMPLES
from tests.tasks.samples.questions import mmlu_prox
from tests.tasks.test_languages import REAL, real, sizes, swap
from tests.tasks.test_languages import run as prepared
from xstilts.errors import InputError
from xstilts.formats.questions import shuffled
from xstilts.params import DataSet
from xstilts.preparation.splits import needed
from xstilts.tasks import load

Change = Callable[[Path], None]


def prox(**change: object) -> Change:
    """The first row of the sample of MMLU-ProX with other values."""

    def write(folder: Path) -> None:
        import pyarrow.parquet

        mmlu_prox(folder)
        path = folder / "zu/test-00000-of-00001.parquet"
        rows: list[Row] = pyarrow.parquet.read_table(path).to_pylist()
        put_hub(path, [rows[0] | change, *rows[1:]])

    return write


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        ("choice_pool/native/train/en", swap("sciq.json", '"answer": "never"', '"answer": "no way"'),
         r"sciq\.json: question 4: found the answer 'no way', expected one of the options"),
        ("choice_pool/native/train/en", swap("sciq.json", '"yes"', "7"), "question 4: found an option that is no text"),
        ("choice_pool/native/train/en", lambda folder: put(folder / "sciq.json", "{}"), "found dict, expected a list"),
        ("choice_pool/native/dev/en", lambda folder: (folder / "truthful_qa.json").unlink(), "qa.json: file not"),
        ("mmlu/native/train/en", lambda folder: (folder / "labels/ai2_arc_easy.json").unlink(),
         "labels/auxiliary_train-.*file not found"),
        ("mmlu/native/test/en", swap("test/anatomy_test.csv", "four,C", "four,E"),
         r"anatomy_test\.csv:1: found the answer 'E', expected one of: A, B, C, D"),
        ("mmlu/native/test/en", swap("test/anatomy_test.csv", "four,C", "C"), "test.csv:1: found 5 fields, expected 6"),
        ("mmlu/native/test/en", lambda folder: (folder / "test").rename(folder / "tests"), r"\*_test\.csv: file not"),
        ("mmmlu/native/test/de", swap("mmlu_SW-KE.csv", "A", "A"), "mmlu_DE-DE.csv: file not found"),
        ("mmmlu/native/test/sw", swap("mmlu_SW-KE.csv", "Subject", "Topic"), "SW-KE.csv:1: found the columns .*Topic"),
        ("cmmlu/native/test/zh", swap("test/anatomy.csv", ",A,B,C,D", ",B,A,C,D"), "anatomy.csv:1: found the columns"),
        ("cmmlu/native/train/zh", swap("test/anatomy.csv", "A", "A"), "labels: unknown language 'zh'; there are: en"),
        ("jmmlu/native/test/ja", swap("anatomy.csv", " C", " c"), "anatomy.csv:1: found the answer ' c', expected one"),
        ("turkishmmlu/native/test/tr", swap("test/TurkishMMLU_Religion and Ethics.json", ', "5"', ""),
         r"Ethics\.json: question 1: found 4 options, expected 5 texts"),
        ("exams/native/test/de", swap("multilingual/test.jsonl", '"answerKey": "B"', '"answerKey": "D"'),
         r"test\.jsonl:1: found label 'D', expected one of: A, B, C"),
        ("exams/native/test/de", swap("multilingual/test.jsonl", '"label": "B"', '"label": "A"'),
         r"test\.jsonl:1: found the letter of an option twice"),
        ("exams/native/test/fr", swap("multilingual/test.jsonl", "a", "a"), "unknown language 'fr': found no question"),
        ("exams/native/test/en", swap("multilingual/test.jsonl", "a", "a"), "unknown language 'en'"),
        ("jcommonsenseqa/native/dev/ja", swap("valid-v1.3.json", '"label": 0', '"label": 5'),
         r"valid-v1\.3\.json:1: found the answer 5, expected 0 to 4"),
        ("belebele/native/test/sw", swap("swh_Latn.jsonl", '"correct_answer_num": 1', '"correct_answer_num": 0'),
         r"swh_Latn\.jsonl:2: found label '0', expected one of: 1, 2, 3, 4"),
        ("mmlu_prox/hub/test/zu", prox(option_3=None), "row 0: found an option behind one that is empty"),
        ("mmlu_prox/hub/test/zu", prox(option_9=None), "row 0: found the answer 'J', expected one of: A, B, C, D, E"),
        ("mmlu_prox/hub/test/zu", prox(answer="K"), "row 0: found the answer 'K'"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_right(place: str, change: Change, message: str, tmp_path: Path) -> None:
    name, layout, split, language = place.split("/")
    SAMPLES[name, layout].write(tmp_path)
    change(tmp_path)
    with pytest.raises(InputError, match=message):
        list(load(name).readers[layout](tmp_path, tmp_path / "labels", split, language))


def test_english_training_sets_are_prepared_and_no_other_one_is_asked_for() -> None:
    from xstilts.params import Data

    given_ = DataSet.model_validate({"layout": "native", "raw": "a", "labels": "b", "evaluate": {"test": ["zh"]}})
    assert list(needed(load("cmmlu"), Data(), given_)) == [("train", "en"), ("dev", "en"), ("test", "zh")]


@given(st.lists(st.text(max_size=4), min_size=2, max_size=13), st.data(), st.text(max_size=8))
def test_an_order_by_a_hash_forgets_the_old_one(options: list[str], data: st.DataObject, key: str) -> None:
    label = data.draw(st.integers(0, len(options) - 1))
    found, place = shuffled(options, label, key)
    assert sorted(found) == sorted(options) and found[place] == options[label]
    again = data.draw(st.permutations(range(len(options))))
    other, _ = shuffled([options[one] for one in again], again.index(label), key)
    assert other == found


def test_the_place_of_the_right_answer_is_not_told_by_the_order() -> None:
    """Of 4,000 questions whose right answer stands last, about a quarter has it in each of four places."""
    places = Counter(shuffled(["w", "x", "y", f"right {n}"], 3, f"question {n}")[1] for n in range(4_000))
    assert {*places} == {0, 1, 2, 3} and all(abs(count - 1_000) < 4 * 27.4 for count in places.values())


@pytest.mark.parametrize(("name", "layout"), exams())
def test_the_table_of_exams_is_what_their_readers_do(name: str, layout: str, tmp_path: Path) -> None:
    """The page is docs/exams.md; `python -m tests.tasks.exams` writes the rows."""
    found = row(name, layout, tmp_path)
    assert "no" not in found, found
    assert f"| {' | '.join(found)} |" in (ROOT / "docs/exams.md").read_text(encoding="utf-8").splitlines()


def test_the_table_of_exams_has_no_other_rows() -> None:
    text = (ROOT / "docs/exams.md").read_text(encoding="utf-8")
    head = f"| {' | '.join(HEAD)} |"
    shown = text[text.index(head) :].split("\n\n")[0].splitlines()
    assert len(shown) == 2 + len(exams()) and {name for name, _ in REAL_ROWS} <= {name for name, _ in exams()}


POOL = "choice-pool"
FOLDERS = {"mmlu": ("mmlu/data", "en", 12_256), "cmmlu": ("cmmlu", "zh", 9_839), "jmmlu": ("jmmlu", "ja", 5_603),
           "turkishmmlu": ("turkishmmlu", "tr", 700)}  # fmt: skip


@real
@pytest.mark.slow
@pytest.mark.parametrize("name", FOLDERS)
def test_real_exams_of_one_language(name: str, tmp_path: Path) -> None:
    raw, language, size = FOLDERS[name]
    found = prepared(name, tmp_path / name, raw, ["en"], POOL, evaluate={"test": [language]})
    assert sizes(found) == {"train/en": 3_281, "dev/en": 390, f"test/{language}": size}
    assert found["test"][language]["empty_texts"] == 0


@real
@pytest.mark.slow
def test_real_exams_of_eleven_languages(tmp_path: Path) -> None:
    languages = "bg de es hr hu it mk pl pt tr vi".split()
    found = prepared("exams", tmp_path / "exams", "exams", ["en", "tr"], POOL, evaluate={"test": languages}, dev=["tr"])
    cut = dict.fromkeys(languages, 600) | {"de": 575, "es": 235, "pt": 463}
    assert sizes(found) == {
        "train/en": 3_281, "dev/en": 390, "train/tr": 349, "dev/tr": 150,
        **{f"test/{one}": size for one, size in cut.items()},
    }  # fmt: skip
    assert found["test"]["de"]["no_answer"] == 2 and found["train"]["tr"]["empty_texts"] == 1


@real
@pytest.mark.slow
def test_real_pitfalls_are_not_trained_on(tmp_path: Path) -> None:
    """Of 3,671 questions of the pool 168 were made into pitfalls."""
    languages = "ar bn de es fr hi ja sw yo zh".split()
    found = prepared("pitfalls", tmp_path / "p", "cross-lingual-pitfalls", ["en"], POOL, evaluate={"test": languages})
    assert sum(found[split]["en"]["in_test_set"] for split in ("train", "dev")) >= 168
    assert sum(found["test"][one]["rows"] for one in languages) == REAL_ROWS["pitfalls", "native"]
    assert not found["test"]["de"]["in_training_set"]


@real
@pytest.mark.slow
def test_real_common_sense_in_japanese(tmp_path: Path) -> None:
    folder = "jcommonsenseqa"
    found = prepared(folder, tmp_path / folder, folder, ["en", "ja"], POOL, evaluate={"dev": ["ja"]})
    assert sizes(found) == {"train/en": 3_281, "dev/en": 390, "train/ja": 8_939, "dev/ja": 700}


@real
@pytest.mark.slow
def test_the_real_pool_has_its_answers_in_all_places() -> None:
    rows = [row for split in ("train", "dev")
            for row in load("choice_pool").readers["native"](REAL / POOL, REAL / POOL, split, "en")]  # fmt: skip
    four = [row["label"] for row in rows if len(row["choices"]) == 4]
    assert all(abs(four.count(place) / len(four) - 0.25) < 0.03 for place in range(4))
    assert len({row["prompt"] for row in rows}) == len(rows) - 5
