"""Data sets in other languages than English: files that cannot be right, and the real ones where they are there."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from stages.prepare import prepare
from tests.tasks.published import put
from tests.tasks.samples import SAMPLES
from xstilts.errors import InputError
from xstilts.params import Data, DataSet
from xstilts.records.files import read_json
from xstilts.records.prepared import Row
from xstilts.tasks import load

REAL = Path(os.environ.get("XSTILTS_REAL_DATA", Path(__file__).parents[3] / "shared/data")) / "studies"
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"{REAL}: the real files are not here")

Counts = dict[str, dict[str, Counter[str]]]
"""split -> language -> what was counted"""


def swap(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Change one file of a sample."""

    def change(folder: Path) -> None:
        text = (folder / name).read_bytes().decode()
        assert old in text, name
        put(folder / name, text.replace(old, new))

    return change


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        (
            "sick/train/nl",
            swap("SICK_NL.txt", "TRAIN", "train"),
            "SICK_NL.txt:2: found the split 'train', expected one of",
        ),
        (
            "sick/train/nl",
            swap("SICK_NL.txt", "pair_ID", "id"),
            "SICK_NL.txt:1: found the columns .* expected also pair_ID",
        ),
        (
            "sick/dev/ja",
            swap("SICK_NL.txt", "\n2\t", "\n1\t"),
            "SICK_NL.txt:3: found the pair_ID '1' again, expected it once",
        ),
        (
            "sick/dev/ja",
            swap("jsick.tsv", "\n2\t", "\n4\t"),
            "jsick.tsv: found no pair_ID '2', expected it as in .*NL.txt:3",
        ),
        (
            "sick/dev/ja",
            swap("jsick.tsv", "\ttrial", "\ttest"),
            "jsick.tsv:3: found the split 'test', expected TRIAL as in",
        ),
        (
            "sick/dev/en",
            swap("SICK_NL.txt", "CONTRA", ""),
            "SICK_NL.txt:3: found label 'diction', expected one of: contra",
        ),
        (
            "jsick/dev/ja",
            swap("jsick.tsv", "走る\tcontra", "走る\t"),
            "jsick.tsv:3: found label 'diction', expected one of",
        ),
        ("jsick/dev/nl", swap("jsick.tsv", "走", "走"), "unknown language 'nl'"),
        ("jsick/dev/en", swap("jsick.tsv", "走", "走"), "unknown language 'en'"),
        (
            "ocnli/train/zh",
            swap("train.10k.json", '"neutral", "genre": "tv"', '"x"'),
            "train.10k.json:3: found label 'x'",
        ),
        ("ocnli/dev/en", swap("dev.json", "-", "-"), "unknown language 'en'"),
        (
            "farstail/train/fa",
            swap("Train-word.csv", "\te\n", "\tx\n"),
            "Train-word.csv:2: found label 'x', expected one of",
        ),
        (
            "farstail/train/fa",
            swap("Train-word.csv", "\tlabel", "\tgold"),
            "Train-word.csv:1: found the columns .*, gold'",
        ),
        ("farstail/dev/fa", swap("Val-word.csv", '"""\t', "\t"), "Val-word.csv:3: (not valid CSV|found 1 fields)"),
        (
            "farstail/dev/fa",
            swap("Val-word.csv", "premise", ""),
            "Val-word.csv:1: found the columns .* expected premise, hypo",
        ),
        ("indonli/dev/id-expert", swap("val.jsonl", "7", "7"), ": dev: unknown language 'id-expert'"),
        (
            "indonli/dev/id",
            swap("val.jsonl", '"premise":', '"x":'),
            "val.jsonl:1: field 'premise' is missing; found pair_id",
        ),
        (
            "americasnli/test/gn",
            swap("test/gn.tsv", "12\tgn", "12\tquy"),
            "gn.tsv:3: found the language 'quy', expected gn",
        ),
        ("americasnli/test/gn", swap("test/gn.tsv", "tailment", ""), "gn.tsv:3: found label 'en', expected one of"),
        ("americasnli/test/en", swap("test/gn.tsv", "9", "9"), "test/en.tsv: file not found"),
        ("mnli/dev/id", swap("labels/id/train.jsonl", "7n", "7n"), "dev: unknown language 'id'"),
        (
            "jaquad/train/ja",
            lambda folder: (folder / "train/jaquad_train_0000.json").unlink(),
            "0000.json before it is missing",
        ),
        (
            "jaquad/train/ja",
            lambda folder: (folder / "train").rename(folder / "t"),
            "jaquad_train_0000.json: file not found",
        ),
        (
            "jaquad/dev/ja",
            swap("dev/jaquad_dev_0001.json", '"answer_start": 0', '"answer_start": 1'),
            "at offset 1 found",
        ),
        (
            "tquad/dev/tr",
            swap("dev-v0.1.json", '"answer_start": "0"', '"answer_start": "0x"'),
            "'answer_start' is of type str",
        ),
        (
            "tquad/dev/tr",
            swap("dev-v0.1.json", '"answer_start": "0"', '"answer_start": "1"'),
            "question 2: at offset 1 found",
        ),
        ("tquad/dev/tr", swap("dev-v0.1.json", '"id": 2', '"id": true'), "field 'id' is of type bool, expected str"),
        (
            "arcd/train/ar",
            swap("arcd-train.json", "512657045685", "6"),
            "question 6: at offset 0 found .* expected the answer",
        ),
        ("arcd/train/ar", swap("arcd-train.json", '"text": "القطة"', '"text": "هنا"'), "question 5: at offset 0 found"),
    ],
)
def test_files_that_cannot_be_right(place: str, change: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    name, split, language = place.split("/")
    SAMPLES[name, "native"].write(tmp_path)
    change(tmp_path)
    with pytest.raises(InputError, match=message):
        load(name).readers["native"](tmp_path, tmp_path / "labels", split, language)


def test_a_question_that_is_found_again_after_all_is_kept(tmp_path: Path) -> None:
    """An edition of ARCD in which somebody mended one of the three answers."""
    SAMPLES["arcd", "native"].write(tmp_path)
    swap("arcd-train.json", "القطة  نامت", "القطة نامت")(tmp_path)
    rows = load("arcd").readers["native"](tmp_path, tmp_path, "train", "ar")
    assert [row["id"] for row in rows] == ["512657045685", "5"]


def run(name: str, folder: Path, raw: str, train: list[str], labels: str = "", **more: object) -> Counts:
    """What `prepare` counts of real files."""
    given = {"layout": "native", "raw": str(REAL / raw), "labels": str(REAL / (labels or raw)), "train": train, **more}
    prepare(load(name), Data(kind="cut-down"), DataSet.model_validate(given), folder)
    splits = read_json(folder / "counts.json")["splits"]
    return {split: {one: Counter(counts) for one, counts in own.items()} for split, own in splits.items()}


def rows(name: str, raw: str, split: str, language: str) -> list[Row]:
    return list(load(name).readers["native"](REAL / raw, REAL / raw, split, language))


def sizes(found: Counts) -> dict[str, int]:
    return {f"{split}/{language}": one["rows"] for split, own in found.items() for language, one in own.items()}


@real
@pytest.mark.slow
def test_sick_is_the_same_in_three_languages(tmp_path: Path) -> None:
    three = ["en", "nl", "ja"]
    found = run("sick", tmp_path / "sick", "sick", three, dev=["nl", "ja"], evaluate={"test": three})
    expected = {"train": 4_439, "dev": 495, "test": 4_906}  # 9,840
    assert sizes(found) == {f"{split}/{one}": size for split, size in expected.items() for one in three}
    assert sum(found[split]["ja"]["not_in_dutch"] for split in expected) == 9_927 - 9_840
    assert all(one["declared"] == one["rows"] for own in found.values() for one in own.values())
    run("jsick", tmp_path / "jsick", "sick", ["ja"], dev=["ja"], evaluate={"test": ["ja"]})

    own: dict[str, list[Row]] = {
        one: [row for split in expected for row in rows("sick", "sick", split, one)] for one in three
    }
    japanese = [row for split in expected for row in rows("jsick", "sick", split, "ja")]
    assert Counter(row["label"] for row in own["nl"]) == {"neutral": 5_595, "entailment": 2_821, "contradiction": 1_424}
    for one in three:
        assert [(row["id"], row["label"]) for row in own[one]] == [(row["id"], row["label"]) for row in own["en"]]
    assert [(row["id"], row["text_a"]) for row in japanese] == [(row["id"], row["text_a"]) for row in own["ja"]]
    assert sum(a["label"] == b["label"] for a, b in zip(japanese, own["ja"], strict=True)) == 8_520


@real
@pytest.mark.slow
def test_inference_in_one_language(tmp_path: Path) -> None:
    """Of OCNLI's development set 2,104 of 3,000 rows are there, of IndoNLI no test set of the experts."""
    chinese = run("ocnli", tmp_path / "ocnli", "ocnli", ["zh"], dev=["zh"])
    assert sizes(chinese) == {"train/zh": 10_000 - 15, "dev/zh": 2_104 - 37}
    assert [chinese[split]["zh"]["unlabelled"] for split in ("train", "dev")] == [15, 37]
    persian = run("farstail", tmp_path / "farstail", "farstail/data", ["fa"], dev=["fa"])
    assert sizes(persian) == {"train/fa": 7_266, "dev/fa": 1_537}
    labels = Counter(row["label"] for row in rows("farstail", "farstail/data", "train", "fa"))
    assert labels == {"entailment": 2_429, "neutral": 2_448, "contradiction": 2_389}
    folder = "indonli/data/indonli"
    found = run("indonli", tmp_path / "indonli", folder, ["id"], dev=["id"], evaluate={"test": ["id"]})
    assert sizes(found) == {"train/id": 10_330, "dev/id": 2_197, "test/id": 2_201}
    with pytest.raises(InputError, match=r"test_expert\.jsonl: file not found"):
        rows("indonli", folder, "test", "id-expert")


@real
@pytest.mark.slow
def test_americasnli_and_translated_mnli_have_multinli_for_english(tmp_path: Path) -> None:
    languages = ["aym", "bzd", "cni", "gn", "quy", "shp"]
    english, folder = "../intermediate/multinli_1.0", "americasnli/data/anli_final"
    found = run("americasnli", tmp_path / "a", folder, ["en"], english, dev=languages, evaluate={"test": languages})
    assert {found["dev"][one]["rows"] for one in languages if one != "cni"} == {743} and found["dev"]["cni"][
        "rows"
    ] == 658
    assert {found["test"][one]["rows"] for one in languages} == {750}
    translated = run("mnli", tmp_path / "m", english, ["en", "id"], "mnli-translated")
    assert translated["train"]["id"]["rows"] == 7_266
    assert {split: translated[split]["en"]["rows"] for split in ("train", "dev")} == {
        split: found[split]["en"]["rows"] for split in ("train", "dev")
    }


@real
@pytest.mark.slow
def test_questions_in_one_language(tmp_path: Path) -> None:
    """JaQuAD has 8 of 30 and 1 of 4 files here, TQuAD 353 of 892 and ARCD 351 of 702 questions to choose on."""
    found = run("jaquad", tmp_path / "jaquad", "jaquad/data", ["ja"], dev=["ja"])
    assert sizes(found) == {"train/ja": 8_164, "dev/ja": 1_029}
    assert sizes(run("tquad", tmp_path / "tquad", "tquad", ["tr"], dev=["tr"])) == {"train/tr": 8_308, "dev/tr": 353}
    found = run("arcd", tmp_path / "arcd", "arcd", ["ar"], dev=["ar"])
    assert sizes(found) == {"train/ar": 693 - 3, "dev/ar": 351}
    assert found["train"]["ar"]["answer_not_in_context"] == 3
