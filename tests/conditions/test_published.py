"""Readers of published variants: small files in their layout, bad ones, and the real ones where they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conditions.made_up import Row
from xstilts.conditions.published.multichecklist import read_multichecklist
from xstilts.conditions.published.pairs import paired
from xstilts.conditions.published.panx_typos import read_panx_typos
from xstilts.conditions.published.sick_stress import read_jsick, read_jsick_stress, read_sick_nl_stress
from xstilts.conditions.published.xnli_cleandl import read_xnli_cleandl
from xstilts.conditions.published.xnli_typos import read_xnli_typos
from xstilts.errors import InputError
from xstilts.formats.pitfalls import LANGUAGES, QUESTIONS, read_pitfalls
from xstilts.preparation.checks import check_rows
from xstilts.tasks import multichecklist, xnli

REAL = Path(__file__).parents[3] / "shared/data/studies"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the published sets are not here")


def pair(name: str, one: str, other: str, label: str) -> Row:
    return {"id": name, "text_a": one, "text_b": other, "label": label}


def write(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def refused(read: Callable[[], Any], message: str) -> None:
    with pytest.raises(InputError) as error:
        read()
    assert message in str(error.value)


def test_xnli_typos(tmp_path: Path) -> None:
    numbers = write(tmp_path / "rows_de.tsv", "line\txnli_test_row\tsimilarity", "0\t4\t0.9", "1\t7\t0.8")
    lines = ("premise\thypothesis\tlabel", "'Es 'giebt' das.'\t'Ja.'\t0", "\"It's so.\"\t'Nei.'\t2")
    path = write(tmp_path / "test_de_typos_0.05.tsv", *lines)
    rows = read_xnli_typos(tmp_path, "de")
    assert rows == [
        pair("4", "Es 'giebt' das.", "Ja.", "entailment"),
        pair("7", "It's so.", "Nei.", "contradiction"),
    ]
    write(path, lines[0], lines[1], "Es\t'Ja'\t1")
    refused(lambda: read_xnli_typos(tmp_path, "de"), f"{path}:3: found 'Es', expected a text in quotes")
    write(path, lines[0], lines[1], "'a'\t'b'\t3")
    refused(lambda: read_xnli_typos(tmp_path, "de"), f"{path}:3: found label '3', expected one of: 0, 1, 2")
    write(path, *lines[:2])
    refused(lambda: read_xnli_typos(tmp_path, "de"), f"{numbers}: found 2 rows, expected 1 as in {path}")
    write(numbers, "line\txnli_test_row", "0\tfour")
    refused(lambda: read_xnli_typos(tmp_path, "de"), "rows_de.tsv:2: found 'four', expected the number of a row")
    refused(lambda: read_xnli_typos(tmp_path, "fr"), "found none, expected one file test_fr_typos_*.tsv")
    refused(lambda: read_xnli_typos(tmp_path / "no", "fr"), "folder not found")
    write(tmp_path / "test_de_typos_0.1.tsv", *lines)
    refused(
        lambda: read_xnli_typos(tmp_path, "de"), "found test_de_typos_0.05.tsv, test_de_typos_0.1.tsv, expected one"
    )


def test_rows_are_paired_with_the_clean_ones() -> None:
    clean = [pair("1", "a", "b", "neutral"), pair("2", "c", "d", "entailment")]
    noisy = [pair("2", "cc", "d", "entailment"), pair("9", "x", "y", "neutral")]
    assert paired(noisy, clean, "typos") == ([noisy[0]], [clean[1]])
    refused(lambda: paired(noisy[1:], clean, "typos"), "typos: found no row with an id of the clean set")
    other = [{**noisy[0], "label": "neutral"}]
    refused(lambda: paired(other, clean, "typos"), "typos: row 2: found the label neutral, expected entailment")


def test_panx_typos(tmp_path: Path) -> None:
    good = {"tokens": ["Ana", "lebt", "in", "Bonnn\ufffd"], "ner_tags": [1, 0, 0, 5], "langs": ["de"] * 4}
    path = write(tmp_path / "test_de_typos_0.2.jsonl", json.dumps(good))
    rows = read_panx_typos(tmp_path, "de")
    assert rows == [{"id": "typos-0", "words": good["tokens"], "tags": ["B-PER", "O", "O", "B-LOC"]}]
    assert rows.odd["broken_characters"] == 1
    for changed, message in (
        ({"ner_tags": [1]}, f"{path}:1: found 4 tokens and 1 tags"),
        ({"ner_tags": [1, 0, 0, 7]}, f"{path}:1: found the tag 7, expected a number from 0 to 6"),
        ({"ner_tags": [1, 0, 0, True]}, f"{path}:1: found the tag True"),
        ({"tokens": ["Ana", "", "in", "Bonn"]}, f"{path}:1: found the token ''"),
        ({"tokens": "Ana"}, f"{path}:1: field 'tokens' is of type str, expected list"),
    ):
        write(path, json.dumps({**good, **changed}))
        refused(lambda: read_panx_typos(tmp_path, "de"), message)


def test_cleandl(tmp_path: Path) -> None:
    header = "language\tgold_label\tsentence1\tsentence2\tpairID"
    path = write(tmp_path / "test_matched.tsv", header, 'en\tneutral\t"Ja\tnon \t4', "en\tentailment\tOui\tja\t5")
    assert read_xnli_cleandl(path) == [pair("0", '"Ja', "non", "neutral"), pair("1", "Oui", "ja", "entailment")]
    refused(lambda: read_xnli_cleandl(write(path, header, "en\t-\ta\tb\t4")), f"{path}:2: found label '-'")
    refused(lambda: read_xnli_cleandl(write(path, header, "en\tneutral\ta")), f"{path}:2: found 3 fields, expected 5")
    refused(lambda: read_xnli_cleandl(write(path, "language\tsentence1")), "found the columns language, sentence1")


def test_sick_stress(tmp_path: Path) -> None:
    header = "pair_ID\tdata\tsentence_A_Ja\tsentence_B_Ja\tentailment_label_Ja"
    clean = write(tmp_path / "jsick.tsv", header, "1\ttrain\ta\tb\tneutral", "33\ttest\t男が走る\t人が走る\tentailment")
    write(tmp_path / "ex_ga_o/test.tsv", f"{header}\tmod_A", "33\ttest\t男を走る\t人が走る\tentailment\tTRUE")
    noisy, there = paired(read_jsick_stress(tmp_path, "ex"), read_jsick(clean, "test"), "ex")
    assert noisy == [pair("33", "男を走る", "人が走る", "entailment")]
    assert there == [pair("33", "男が走る", "人が走る", "entailment")]
    refused(lambda: read_jsick(clean, "dev"), f"{clean}: found no row of the split 'dev'")
    refused(lambda: read_jsick_stress(tmp_path, "del"), "del_ga_o/test.tsv: file not found")

    dutch = write(tmp_path / "order.txt", "sentence_A  sentence_B  entailment_label", "Een man\tDe man\tENTAILMENT")
    assert read_sick_nl_stress(dutch) == [pair("order-0", "Een man", "De man", "entailment")]
    refused(lambda: read_sick_nl_stress(write(dutch, "Een man\tDe man\tENTAILMENT")), f"{dutch}:1: found")
    broken = write(dutch, "sentence_A  sentence_B  entailment_label", "Een man\tENTAILMENT")
    refused(lambda: read_sick_nl_stress(broken), f"{dutch}:2: found 2 fields, expected 3")


def test_pitfalls(tmp_path: Path) -> None:
    def question(**more: Any) -> dict[str, Any]:
        return {
            "question": "It is dark. What flies? Look.", "oriquestion": "What flies?", "transori": "Was fliegt?",
            "transquestion": "Es ist dunkel. Was fliegt? Schau.", "choices": ["cat", "bird"], "answer": "bird",
            "transchoices": ["'Katze'", "Vogel"],
        } | more  # fmt: skip

    path = tmp_path / "German.json"
    write(
        path, json.dumps([question(), question(transchoices=["a", "b", "c"]), question(transori="Was kann fliegen?")])
    )
    hard, clean, english = (read_pitfalls(tmp_path, "de", form) for form in QUESTIONS)
    assert hard.odd["other_number_of_choices"] == 1
    assert [row["prompt"] for row in hard] == ["Es ist dunkel. Was fliegt? Schau."] * 2
    assert [row["choices"] for row in hard] == [["Katze", "Vogel"]] * 2
    assert [row["label"] for row in hard] == [1, 1]
    assert [row["prompt"] for row in clean] == ["Was fliegt?", "Was kann fliegen?"]
    assert english[0]["choices"] == ["cat", "bird"]
    assert [row["id"] for row in hard] == [row["id"] for row in clean] == [row["id"] for row in english]
    assert len({row["id"].split("-")[0] for row in hard}) == 1, "the rows of one question"
    for changed, message in (
        ({"answer": "dog"}, f"{path}: question 1: found 0 choices that are 'dog', expected one"),
        ({"transori": 7}, f"{path}: question 1: field 'transori' is of type int, expected str"),
        ({"transchoices": ["a", 7]}, f"{path}: question 1: found the choice 7, expected a text"),
    ):
        write(path, json.dumps([question(**changed)]))
        refused(lambda: read_pitfalls(tmp_path, "de"), message)
    refused(lambda: read_pitfalls(tmp_path, "eo"), "unknown language 'eo'")
    refused(lambda: read_pitfalls(tmp_path, "de", "easy"), "unknown form 'easy'")
    refused(lambda: read_pitfalls(tmp_path, "fr"), "French.json: file not found")
    refused(lambda: read_pitfalls(write(path, "{}").parent, "de"), f"{path}: found dict, expected a list")


TEMPLATES = """Field\ten\txx\txx-placeholders
Name\tAnimal vs Vehicle\t\t
Capability\tTaxonomy\t\t
Context\t{first_name} has {animal} and {vehicle}.\t{animal} ja {vehicle} on {first_name}.\t
Question\tWhat animal?\tMis loom?\t
Answer\t{animal}\t{animal}\t
Question\tWho?\tKes?\t
Answer\t{first_name}\t{first_name}\t
animal\ta dog\tkoer\t
animal\ta cat\tkass\t
vehicle\ta car\tauto\t
\t\t\t
Name\tsize, shape, age, color\t\t
Capability\tTaxonomy\t\t
Context\tThere is {obj[0]}. {obj[1]} is {p.v1} and {p.v2}.\tSiin on {obj[0]}.\t
Question\tWhat {p.p1} is {obj[1]}?\tMis {p.p1}?\ta sofa
Answer\t{p.v1}\t{p.v1}\t
obj\ta sofa, the sofa\tsohva, sohva\t
property\tcolor\tvärv\t
property\tsize\tsuurus\t
color\tred\tpunane\t
size\tbig\tsuur\t
"""


def test_multichecklist(tmp_path: Path) -> None:
    path = tmp_path / "checklist_templates.tsv"
    path.write_text(TEMPLATES, encoding="utf-8")
    rows = read_multichecklist(path, "en", cases=3, people=["Ann", "Bob"])
    check_rows("span", rows, "en")
    assert [row["id"] for row in rows if row["id"].startswith("animal")] == [
        f"animal_vehicle/{case}/{place}" for case in range(3) for place in range(2)
    ]
    for row in rows:
        assert row["context"][row["starts"][0] :].startswith(row["answers"][0])
        assert "{" not in row["context"] + row["question"] + row["answers"][0]
    one = next(row for row in rows if row["id"] == "animal_vehicle/0/0")
    assert one["context"] in {
        f"{who} has {animal} and a car." for who in ("Ann", "Bob") for animal in ("a dog", "a cat")
    }
    other = [row for row in rows if row["id"].startswith("props")]
    assert other[0]["context"].startswith("There is a sofa. The sofa is ")
    assert {row["question"] for row in other} <= {"What color is the sofa?", "What size is the sofa?"}
    assert rows == read_multichecklist(path, "en", cases=3, people=["Bob", "Ann"])
    less = read_multichecklist(path, "en", cases=2, people=["Ann", "Bob"])
    assert less == [row for row in rows if int(row["id"].split("/")[1]) < 2], "fewer cases are a part of more"

    mine = read_multichecklist(path, "xx", cases=100)
    assert mine.odd["tests_left_out"] == 1, "a form of the question is for some words only"
    assert {row["context"][:4] for row in mine} == {"Koer", "Kass"}
    assert {row["answers"][0] for row in mine if row["question"] == "Mis loom?"} == {"Koer", "Kass"}

    refused(lambda: read_multichecklist(path, "yy"), f"{path}:1: unknown language 'yy'")
    path.write_text(TEMPLATES.replace("{first_name} has", "{name} has"), encoding="utf-8")
    refused(lambda: read_multichecklist(path, "en"), "test 'animal_vehicle' in en: found the place {name}")
    refused(lambda: read_multichecklist(write(path, "Field\ten", "Context\ta"), "en"), f"{path}:2: found 'Context'")
    refused(
        lambda: read_multichecklist(write(path, "Field\ten", "Name"), "en"), f"{path}:2: found 1 fields, expected 2"
    )
    refused(lambda: read_multichecklist(write(path, "en\tde"), "en"), f"{path}:1: found ['en', 'de'], expected")


@real
def test_the_real_templates() -> None:
    path, left_out = REAL / "multichecklist/checklist_templates.tsv", 0
    for language in multichecklist.LANGUAGES:
        rows = read_multichecklist(path, language, cases=5)
        left_out += rows.odd["tests_left_out"]
        assert rows or language == "ru"
        for row in rows:
            assert row["context"][row["starts"][0] :].startswith(row["answers"][0]) or rows.odd["answers_not_in_text"]
            assert not {*"{}"} & {*row["context"], *row["question"], *row["answers"][0]}
    assert left_out == 48, "of 300"


@real
@pytest.mark.parametrize(
    ("language", "rows"), [("de", 366), ("en", 3000), ("es", 387), ("fr", 537), ("hi", 2130), ("tr", 2570)]
)
def test_the_real_typos_of_xnli_pair_with_the_clean_rows(language: str, rows: int) -> None:
    folder = REAL.parent / "larger/xnli"
    noisy = read_xnli_typos(REAL / "xnli-typos", language)
    check_rows("classification", noisy, language)
    kept, clean = paired(noisy, xnli.read_xtreme(folder, folder / "labels", "test", language), language)
    assert len(kept) == len(noisy) == rows
    assert all(one != other for one, other in zip(kept, clean))


@real
def test_the_other_real_sets() -> None:
    folder = REAL.parent / "larger/xnli"
    mixed = read_xnli_cleandl(REAL / "xnli-cleandl/test_matched.tsv")
    assert len(paired(mixed, xnli.read_xtreme(folder, folder / "labels", "test", "en"), "CleanDL")[0]) == 3000
    sizes = {"de": 3960, "es": 3915, "fr": 3741, "hi": 636, "tr": 3212}
    for language, size in sizes.items():
        rows = read_panx_typos(REAL / "panx-typos", language)
        check_rows("tagging", rows, language)
        assert len(rows) == size
    clean = read_jsick(REAL / "sick/jsick.tsv", "test")
    for kind in ("del", "ex", "scrum"):
        kept, same = paired(read_jsick_stress(REAL / "jsick-stress", kind), clean, kind)
        assert len(kept) == 1666
        assert all(one["text_a"] != other["text_a"] for one, other in zip(kept, same))
    assert len(read_sick_nl_stress(REAL / "sick/stress_tests/prep_phrase_order.txt")) == 87
    assert len(read_sick_nl_stress(REAL / "sick/stress_tests/present_cont_present_simple.txt")) == 383
    left = {"sw": 86, "yo": 76}
    for language in LANGUAGES:
        forms = [read_pitfalls(REAL / "cross-lingual-pitfalls", language, form) for form in QUESTIONS]
        assert {len(rows) for rows in forms} == {left.get(language, 90)}
        check_rows("choice", forms[0], language)


@real
def test_the_published_neighbours_of_keys_are_ours() -> None:
    """Where both have a letter: those of Belinkov and Bisk (2018), some of which lie two keys apart."""
    from xstilts.conditions.layouts import neighbours

    for language in ("de", "en", "fr"):
        ours = neighbours(language)
        agreed = both = 0
        for line in (REAL / f"charnmt-noise/{language}.key").read_text(encoding="utf-8").splitlines():
            key, *near = line.split()
            known = {letter for letter in near if letter in ours} if key in ours else set()
            agreed, both = agreed + len(known & {*ours.get(key, "")}), both + len(known)
        assert agreed / both > 0.85, language
