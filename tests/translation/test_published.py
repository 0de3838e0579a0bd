"""Published translations: each layout by made-up files in its form, joined to English rows or refused."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import stages.translate_train
from tests import profiles
from tests.translation.world import write
from xstilts.errors import InputError
from xstilts.params import Params, Translation
from xstilts.records.files import read_json, read_rows, write_rows
from xstilts.records.prepared import SCHEMAS
from xstilts.tasks import Archive, Hub
from xstilts.translation import origins, published

PAIRS = [
    {"id": "7e", "text_a": "Leo sang.", "text_b": "Leo made music.", "label": "entailment"},
    {"id": "8c", "text_a": "Leo sang.", "text_b": "Leo was silent.", "label": "contradiction"},
    {"id": "9n", "text_a": "Leo sang.", "text_b": "It was late.", "label": "neutral"},
]
GERMAN = [("Leo sang.", "Leo machte Musik."), ("Leo sang.", "Leo schwieg."), ("Leo sang.", "Es war spät.")]
PARAPHRASES = [{"id": str(i + 1), "text_a": "A b.", "text_b": "B a.", "label": str(i % 2)} for i in range(3)]
QUESTIONS = [
    {"id": f"q{i}", "context": "Leo sang.", "question": "Who sang?", "starts": [0], "answers": ["Leo"]}
    for i in range(3)
]


def given(layout: str, task: str, folder: Path) -> Translation:
    values = {"task": task, "language": "de", "by": "published", "from": str(folder), "layout": layout}
    return Translation.model_validate(values)


def xnli_mt(folder: Path, *changes: tuple[int, str]) -> Translation:
    lines = ["premise\thypo\tlabel"]
    labels = ("entailment", "contradictory", "neutral")
    lines += [f"{one}\t{two}\t{label}" for (one, two), label in zip(GERMAN, labels)]
    for number, line in changes:
        lines[number - 1] = line
    file = folder / "XNLI-MT-1.0/multinli/multinli.train.de.tsv"
    file.parent.mkdir(parents=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return given("xnli-mt", "mnli", folder)


def hub(folder: Path, *changes: tuple[int, int]) -> Translation:
    labels = [0, 2, 1]
    for number, label in changes:
        labels[number] = label
    (folder / "de").mkdir(parents=True)
    table = pa.table({"premise": [one for one, _ in GERMAN], "hypothesis": [two for _, two in GERMAN], "label": labels})
    pq.write_table(table, folder / "de/train-00000-of-00001.parquet")
    return given("hub", "mnli", folder)


def xtreme(folder: Path, *changes: tuple[int, str]) -> Translation:
    labels = ("entailment", "contradiction", "neutral")
    lines = [
        "\t".join((str(row["text_a"]), str(row["text_b"]), one, two, label))
        for row, (one, two), label in zip(PAIRS, GERMAN, labels)
    ]
    for number, line in changes:
        lines[number - 1] = line
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "en-de-translated.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return given("xtreme", "mnli", folder)


def pawsx(folder: Path, *changes: tuple[int, str]) -> Translation:
    lines = ["id\tsentence1\tsentence2\tlabel", "1\tA c.\tC a.\t0", "", "2\t\tC a.\t1", "3\tA d.\tD a.\t0"]
    for number, line in changes:
        lines[number - 1] = line
    file = folder / "x-final/de/translated_train.tsv"
    file.parent.mkdir(parents=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return given("pawsx", "pawsx", folder)


def squad(file: Path, *questions: tuple[str, int, str]) -> None:
    asked = [{"id": name, "question": "Wer sang?", "answers": [{"text": text, "answer_start": at}]}
             for name, at, text in questions]  # fmt: skip
    article = {"title": "t", "paragraphs": [{"context": "Da sang Leo.", "qas": asked}]}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"version": "1.1", "data": [article]}), encoding="utf-8")


def mlqa(folder: Path, *questions: tuple[str, int, str]) -> Translation:
    squad(folder / "mlqa-translate-train/de_squad-translate-train-train-v1.1.json", *questions)
    return given("mlqa", "squad_v1", folder)


def read(one: Translation, english: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    odd: Counter[str] = Counter()
    return published.read(one, english, odd), {name: count for name, count in odd.items() if count}


@pytest.mark.parametrize("layout", [xnli_mt, hub, xtreme])
def test_pairs_in_the_order_of_the_english_rows(layout: Callable[[Path], Translation], tmp_path: Path) -> None:
    rows, odd = read(layout(tmp_path), PAIRS)
    assert rows == [{**row, "text_a": one, "text_b": two} for row, (one, two) in zip(PAIRS, GERMAN)]
    assert odd == {}


def test_pawsx_by_id_with_its_blank_rows(tmp_path: Path) -> None:
    rows, odd = read(pawsx(tmp_path), PARAPHRASES)
    assert [(row["id"], row["text_a"], row["label"]) for row in rows] == [("1", "A c.", "0"), ("3", "A d.", "0")]
    assert odd == {"blank_lines": 1, "blank_rows": 1}


def test_an_untranslated_sentence_is_left_out_and_counted(tmp_path: Path) -> None:
    rows, odd = read(xnli_mt(tmp_path, (3, "Leo sang.\t \tcontradictory")), PAIRS)
    assert [row["id"] for row in rows] == ["7e", "9n"] and odd == {"blank_rows": 1}


def test_questions_by_id(tmp_path: Path) -> None:
    one = mlqa(tmp_path, ("q2", 8, "Leo"), ("other", 8, "Leo"), ("q0", 8, "Leo"), ("q1", 3, "Leo"))
    rows, odd = read(one, QUESTIONS)
    assert [row["id"] for row in rows] == ["q0", "q2"]
    assert all(row["context"][row["starts"][0] :].startswith(row["answers"][0]) for row in rows)
    assert odd == {
        "unknown_ids": 1, "not_translated": 1, "answers_not_at_their_offset": 1, "dropped_answer_not_found": 1,
    }  # fmt: skip


def test_questions_of_xtreme(tmp_path: Path) -> None:
    squad(tmp_path / "squad.translate.train.en-de.json", ("q0", 8, "Leo"))
    assert len(read(given("xtreme", "squad_v1", tmp_path), QUESTIONS)[0]) == 1


REFUSED: dict[str, tuple[Callable[[Path], Translation], list[dict[str, Any]], str]] = {
    "another label": (
        lambda f: xnli_mt(f, (3, "a\tb\tneutral")), PAIRS,
        r"multinli.train.de.tsv:3: found the label 'neutral', expected 'contradiction' as in the English row 8c",
    ),
    "an unknown label": (lambda f: hub(f, (1, 3)), PAIRS, r"row 1: found label 3, expected 0 to 2"),
    "too few rows": (xnli_mt, [*PAIRS, PAIRS[0]], r"de.tsv: found 3 rows, expected 4: one for each English row"),
    "too few fields": (lambda f: xnli_mt(f, (2, "a\tb")), PAIRS, r"de.tsv:2: found 2 fields, expected 3"),
    "no file": (lambda f: given("xnli-mt", "mnli", f), PAIRS, r"multinli.train.de.tsv: file not found"),
    "no shard": (lambda f: given("hub", "mnli", f), PAIRS, r"train-\*.parquet: file not found"),
    "xtreme's columns in the order that its own readers want": (
        lambda f: xtreme(f, (2, "Leo sang.\tLeo schwieg.\tLeo sang.\tLeo was silent.\tcontradiction")), PAIRS,
        r"translated.tsv:2: column 2 is 'Leo schwieg.', expected the English sentence 'Leo was silent.' of row 8c",
    ),
    "other english rows": (xtreme, [{**row, "text_a": "Eva."} for row in PAIRS], r"tsv:1: column 1 is 'Leo sang.'"),
    "more rows": (xtreme, PAIRS[:2], r"translated.tsv: found 1 rows more than the 2 English ones"),
    "a fourth column": (lambda f: xtreme(f, (1, "a\tb\tc\td")), PAIRS, r"tsv:1: found 4 fields, expected 5"),
    "an id twice": (
        lambda f: pawsx(f, (5, "1\tA d.\tD a.\t0")), PARAPHRASES, r"tsv:5: found the id '1' a second time",
    ),
    "another header": (lambda f: pawsx(f, (1, "a\tb")), PARAPHRASES, r"tsv:1: found the columns 'a\\tb', expected id"),
    "other questions": (lambda f: mlqa(f, ("x", 8, "Leo")), QUESTIONS, r"json: found no row with the id of"),
    "pairs for questions": (lambda f: given("pawsx", "squad_v1", f), QUESTIONS, r"'pawsx' does not hold translations"),
    "questions for pairs": (lambda f: given("mlqa", "mnli", f), PAIRS, r"'mlqa' does not hold translations of 'mnli'"),
    "no such repository": (lambda f: given("hub", "anli", f), PAIRS, r"no hub repository has 'anli' translated"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, tmp_path: Path) -> None:
    make, english, message = REFUSED[case]
    with pytest.raises(InputError, match=message):
        read(make(tmp_path), english)


def test_the_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    write_rows(tmp_path / "data/prepared/mnli/train/en.parquet", PAIRS, SCHEMAS["classification"])
    params = yaml.safe_load((tmp_path / "params.yaml").read_text(encoding="utf-8"))
    params["translations"] = {"mnli-de": xnli_mt(tmp_path / "raw").model_dump(by_alias=True)}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["stage", "mnli-de"])
    stages.translate_train.main()
    assert [row["id"] for row in read_rows(Path("data/prepared/mnli-de/train/de.parquet"))] == ["7e", "8c", "9n"]
    record = read_json(Path("data/prepared/mnli-de/translation.json"))
    assert record["rows"] == {"english": 3, "translated": 3}
    assert record["quality"] == {
        "length_ratio": round((3 * 9 + 17 + 12 + 12) / (3 * 9 + 15 + 15 + 12), 4),
        "copies": 0.5,
    }
    assert [len(value) for value in record["published"]["sha256"].values()] == [64]


def test_where_they_are_published() -> None:
    assert origins.origin(given("xnli-mt", "mnli", Path("x"))) == (
        Archive("https://dl.fbaipublicfiles.com/XNLI/XNLI-MT-1.0.zip"),
    )
    (one,) = origins.origin(given("hub", "pawsx", Path("x")))
    assert isinstance(one, Hub) and one.repo.endswith("/paws-x") and one.files == ("de/train-*",)
    (bucket,) = origins.origin(given("xtreme", "pawsx", Path("x")))
    assert isinstance(bucket, Archive) and bucket.url.endswith("/PAWSX/translate-train/en-de-translated.tsv")


def test_the_paper_profile_s_translators_are_downloads() -> None:
    params = Params.model_validate(profiles.content("paper"))
    for name, machine in params.translators.items():
        assert name in params.downloads
        assert origins.wanted(params, name) == (
            Hub(machine.repo or "", machine.revision or "",
                ("config.json", "source.spm", "target.spm", "vocab.json", "*.json", "[pm]*odel.[bs]*"), kind="model"),
        )  # fmt: skip
    assert origins.wanted(params, "mnli") == ()


def test_only_weights_that_are_read_are_fetched() -> None:
    from fnmatch import fnmatch

    from xstilts.translation.layout import published as patterns

    held = ["pytorch_model.bin", "rust_model.ot", "tf_model.h5", "flax_model.msgpack", "model.safetensors", "README.md"]
    assert [file for file in held if any(fnmatch(file, pattern) for pattern in patterns("marian"))] == [
        held[0],
        held[4],
    ]
