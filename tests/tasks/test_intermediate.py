"""The readers of ANLI, SNLI, QQP, Cosmos QA and CommonsenseQA: known traps, jiant's own readers, the real files."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.official import AVAILABLE, FOLDER, REASON
from tests.tasks.published import jsonl, put
from tests.tasks.samples.intermediate import COSMOS, COSMOS_COLUMNS, QQP_HEADER, commonsense, cosmos_csv
from tests.tasks.test_real_data import ROOT, plain, read
from tests.tasks.test_real_data import pytestmark as needs_real_data
from xstilts.records.prepared import Row
from xstilts.tasks import load

needs_jiant = pytest.mark.skipif(not AVAILABLE, reason=REASON)
QUICK = settings(max_examples=40, deadline=None)
# No line ends; quotes, commas, U+0085 and U+2028, which are no line ends, and always a letter: not a number, not NaN.
FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)  # NUL is refused
TEXT = st.text(alphabet=list("ab\"',;\\ é中\u0085\u2028\u3000"), max_size=12).map(lambda text: f"{text}x{text[::-1]}")
NLI = ("contradiction", "entailment", "neutral")


def rows(task: str, layout: str, raw: Path, split: str = "dev") -> list[Row]:
    return list(load(task).readers[layout](raw, raw, split, "en"))


def jiant(name: str) -> Any:
    """A module of nyu-mll/jiant @daa5a258, `jiant.tasks.lib`."""
    with mock.patch.object(sys, "path", [str(FOLDER / "jiant"), *sys.path]):
        return importlib.import_module(f"jiant.tasks.lib.{name}")


def test_the_parts_of_anli_plus_have_one_label_order() -> None:
    assert load("anli").labels == load("snli").labels == load("mnli").labels == NLI


@needs_jiant
def test_labels_are_in_the_order_of_jiants_heads() -> None:
    assert tuple(jiant("snli").SnliTask.LABELS) == tuple(jiant("mnli").MnliTask.LABELS) == NLI
    assert [label[0] for label in NLI] == jiant("adversarial_nli").AdversarialNliTask.LABELS
    assert tuple(jiant("qqp").QqpTask.LABELS) == load("qqp").labels


PAIRS = st.lists(st.tuples(TEXT, TEXT, st.sampled_from([*NLI, "-"])), min_size=1, max_size=6)


@needs_jiant
@QUICK
@given(PAIRS)
def test_snli_is_what_jiant_reads(pairs: list[tuple[str, str, str]]) -> None:
    lines = [dict(zip(("sentence1", "sentence2", "gold_label"), pair)) for pair in pairs]
    examples = jiant("snli").SnliTask._create_examples(lines, "val")
    with TemporaryDirectory() as name:
        put(Path(name) / "snli_1.0_dev.jsonl", jsonl(*lines))
        found = rows("snli", "native", Path(name))
    assert [plain(row) for row in found] == [(e.input_premise, e.input_hypothesis, e.label) for e in examples]


@needs_jiant
@QUICK
@given(PAIRS)
def test_anli_is_what_jiant_reads(pairs: list[tuple[str, str, str]]) -> None:
    lines = [
        {"uid": str(number), "context": a, "hypothesis": b, "label": label.replace("-", "n")[0]}
        for number, (a, b, label) in enumerate(pairs)
    ]
    examples = jiant("adversarial_nli").AdversarialNliTask._create_examples(lines, "val")
    with TemporaryDirectory() as name:
        for number in (1, 2, 3):
            put(Path(name) / f"R{number}/dev.jsonl", jsonl(*lines))
        found = rows("anli", "native", Path(name))
    expected = [(e.input_premise, e.input_hypothesis, e.label) for e in examples] * 3
    assert [(row["text_a"], row["text_b"], row["label"][0]) for row in found] == expected


@needs_jiant
@QUICK
@given(st.lists(st.tuples(TEXT, st.lists(TEXT, min_size=5, max_size=5), st.permutations("ABCDE")), max_size=6))
def test_csqa_is_what_jiant_reads(questions: list[tuple[str, list[str], list[str]]]) -> None:
    lines = [
        commonsense(str(n), stem, "".join(order), texts, order[n % 5])
        for n, (stem, texts, order) in enumerate(questions)
    ]
    lines.append(commonsense("last", "x", "ABCDE", list("abcde"), "E"))
    examples = jiant("commonsenseqa").CommonsenseQATask._create_examples(lines, "val")
    with TemporaryDirectory() as name:
        put(Path(name) / "dev_rand_split.jsonl", jsonl(*lines))
        found = rows("csqa", "native", Path(name))
    expected = [(e.prompt, e.choice_list, "ABCDE".index(e.label)) for e in examples]
    assert [(row["prompt"], row["choices"], row["label"]) for row in found] == expected


NARRATIVES = st.lists(st.tuples(*[TEXT] * 7, st.sampled_from("0123")).map(list), min_size=1, max_size=6)


@needs_jiant
@QUICK
@given(NARRATIVES)
def test_cosmosqa_is_what_jiant_reads(narratives: list[list[str]]) -> None:
    with TemporaryDirectory() as name:
        put(Path(name) / "valid.csv", cosmos_csv(*narratives))
        examples = jiant("cosmosqa").CosmosQATask._create_examples(f"{name}/valid.csv", "val")
        found = rows("cosmosqa", "native", Path(name))
    expected = [(e.prompt, e.choice_list, e.label) for e in examples]
    assert [(row["prompt"], row["choices"], row["label"]) for row in found] == expected


@needs_jiant
def test_cosmosqa_answers_that_jiant_takes_for_missing_numbers_are_text_here(tmp_path: Path) -> None:
    put(tmp_path / "valid.csv", cosmos_csv(*COSMOS))
    (example, _) = jiant("cosmosqa").CosmosQATask._create_examples(f"{tmp_path}/valid.csv", "val")
    assert [type(choice) for choice in example.choice_list] == [float] * 4
    assert rows("cosmosqa", "native", tmp_path)[0]["choices"] == ["None", "NA", "nan", "null"]


@QUICK
@given(st.lists(st.lists(FIELD, min_size=7, max_size=7), min_size=1, max_size=4), st.sampled_from("0123"))
@example([["id", "a\r\nb", 'c "d"', ",", "\n", "", '"']], "2")
def test_cosmosqa_fields_come_back_as_they_were_written(fields: list[list[str]], label: str) -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "train.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COSMOS_COLUMNS, *([*row, label] for row in fields)])
        found = rows("cosmosqa", "native", Path(name), "train")
    assert [(row["prompt"], row["choices"]) for row in found] == [(f"{row[1]} {row[2]}", row[3:]) for row in fields]
    assert all(row["label"] == int(label) for row in found)


LINES = st.lists(st.lists(TEXT, min_size=1, max_size=4), min_size=1, max_size=6)


@QUICK
@given(LINES)
def test_qqp_keeps_and_skips_what_glues_reader_does(lines: list[list[str]]) -> None:
    """huggingface/datasets glue.py: csv without quotes, a row with too few fields is corrupt."""
    text = QQP_HEADER + "".join("\t".join([str(n), *line, "1"]) + "\n" for n, line in enumerate(lines))
    text += "last\t1\t2\ta\tb\t0\n"
    reader = csv.DictReader(text.split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE)
    whole = [(r["question1"], r["question2"], r["is_duplicate"]) for r in reader if r["is_duplicate"] is not None]
    assert len(whole) == 1 + sum(len(line) == 4 for line in lines)
    with TemporaryDirectory() as name:
        put(Path(name) / "dev.tsv", text)
        found: Any = load("qqp").readers["native"](Path(name), Path(name), "dev", "en")
    assert [plain(row) for row in found] == whole
    assert found.odd["broken_lines"] == len(lines) + 1 - len(whole)


REAL = {  # rows of the cut-down files, as their README has them
    "anli": ("anli_v1.0", 650 + 650 + 779, 171 + 170 + 204),
    "snli": ("snli_1.0", 2_002 - 2, 601),  # two training rows have no majority label
    "qqp": ("QQP", 700, 150),
    "cosmosqa": ("cosmosqa/data", 1_950, 500),
    "csqa": ("commonsenseqa", 3_200, 700),
}


@needs_real_data
@pytest.mark.parametrize("task", REAL)
def test_real_files(task: str) -> None:
    folder, *sizes = REAL[task]
    found = {split: read(task, "native", ROOT / "intermediate" / folder, split, "en") for split in ("train", "dev")}
    assert [len(rows) for rows in found.values()] == sizes
    for rows in found.values():
        assert len({row["id"] for row in rows}) == len(rows)
        parts = Counter(row["id"].rpartition("/")[0] for row in rows)
        assert sorted(parts) == (["r1", "r2", "r3"] if task == "anli" else [""])
        assert len({row["label"] for row in rows}) == {"anli": 3, "snli": 3, "qqp": 2, "cosmosqa": 4, "csqa": 5}[task]
    texts = [{json.dumps({**row, "id": ""}) for row in rows} for rows in found.values()]
    assert not texts[0] & texts[1], "the two splits share no row"


@needs_real_data
def test_real_oddities_are_counted() -> None:
    folder = ROOT / "intermediate"
    snli: Any = load("snli").readers["native"](folder / "snli_1.0", folder, "train", "en")
    assert snli.odd["unlabelled"] == 2
    qqp: Any = load("qqp").readers["native"](folder / "QQP", folder, "train", "en")
    assert qqp.odd["broken_lines"] == 0 and any('"' in row["text_a"] for row in qqp)
    cosmos: Any = load("cosmosqa").readers["native"](folder / "cosmosqa/data", folder, "train", "en")
    assert cosmos.odd["none_of_the_above"] == 167
    csqa: Any = load("csqa").readers["native"](folder / "commonsenseqa", folder, "train", "en")
    assert csqa.odd["repeated_choices"] == 41


@needs_real_data
@needs_jiant
def test_real_files_are_what_jiant_reads() -> None:
    folder = ROOT / "intermediate"
    examples = jiant("cosmosqa").CosmosQATask._create_examples(str(folder / "cosmosqa/data/valid.csv"), "val")
    found = rows("cosmosqa", "native", folder / "cosmosqa/data")
    assert [(r["prompt"], r["choices"], r["label"]) for r in found] == [
        (e.prompt, e.choice_list, e.label) for e in examples
    ]
    with (folder / "commonsenseqa/dev_rand_split.jsonl").open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    examples = jiant("commonsenseqa").CommonsenseQATask._create_examples(lines, "val")
    found = rows("csqa", "native", folder / "commonsenseqa")
    assert [(r["prompt"], r["choices"], "ABCDE"[r["label"]]) for r in found] == [
        (e.prompt, e.choice_list, e.label) for e in examples
    ]
    with (folder / "snli_1.0/snli_1.0_train.jsonl").open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    examples = jiant("snli").SnliTask._create_examples(lines, "train")
    found = rows("snli", "native", folder / "snli_1.0", "train")
    assert [plain(r) for r in found] == [(e.input_premise, e.input_hypothesis, e.label) for e in examples]
