"""Made-up files of the question answering tasks: SQuAD v1.1 and v2.0, XQuAD, MLQA, TyDiQA-GoldP."""

from __future__ import annotations

import json
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

from tests.tasks.published import Sample, put, put_hub, span, squad, squad_hub

# Leading blanks and a no-break space must stay: offsets count them.
EN = [
    span("q1", "  The\u00a0cat sat. The cat!", "Who sat?", "cat", "The\u00a0cat"),
    span("q2", "It is 5.", "What?", "5"),
]
DE = [span("q1", "\ufeffDie Katze saß.", "Wer saß?", "Katze")]


def squad_native(folder: Path) -> None:
    for split in ("train", "dev"):
        put(folder / f"{split}-v1.1.json", squad(*EN))


def squad_parquet(folder: Path) -> None:
    for split in ("train", "validation"):
        put_hub(folder / f"plain_text/{split}-00000-of-00001.parquet", squad_hub(*EN))


# An answer among several, and a question that the text does not answer although it has something that looks like it.
V2 = [EN[0], span("q3", EN[1]["context"], "What was it?"), EN[1]]


def squad_v2_native(folder: Path) -> None:
    document = json.loads(squad(*V2))
    for (question,) in (paragraph["qas"] for paragraph in document["data"][0]["paragraphs"]):
        question["is_impossible"] = not question["answers"]
        if question["is_impossible"]:
            question["plausible_answers"] = [{"text": "5", "answer_start": 6}]
    for split in ("train", "dev"):
        put(folder / f"{split}-v2.0.json", json.dumps(document, ensure_ascii=False))


def squad_v2_parquet(folder: Path) -> None:
    for split in ("train", "validation"):
        put_hub(folder / f"squad_v2/{split}-00000-of-00001.parquet", squad_hub(*V2))


def xquad_native(folder: Path) -> None:
    put(folder / "xquad.de.json", squad(*DE))


def xquad_stripped(folder: Path) -> None:
    put(folder / "xquad.de.json", squad(*DE, strip=True))
    put(folder / "labels/test-de.json", squad(*DE))


def xquad_hub(folder: Path) -> None:
    put_hub(folder / "xquad.de/validation-00000-of-00001.parquet", squad_hub(*DE))


def mlqa_native(folder: Path) -> None:
    for split in ("dev", "test"):
        put(folder / f"{split}/{split}-context-de-question-de.json", squad(*DE))
        put(folder / f"{split}/{split}-context-en-question-de.json", "{}")


def mlqa_xtreme(folder: Path) -> None:
    put(folder / "MLQA_V1/dev/dev-context-de-question-de.json", squad(*DE))
    put(folder / "MLQA_V1/test/test-context-de-question-de.json", squad(*DE, strip=True))
    put(folder / "labels/test-de.json", squad(*DE))


TYDI_EN = [span("english--12-0", "One two.", "Which?", "two"), span("english-3-1", "Three.", "Which?", "Three")]
TYDI_FI = [span("finnish-3-1", "Yksi kaksi.", "Mikä?", "kaksi")]
MIXED = [TYDI_EN[0], TYDI_FI[0], TYDI_EN[1]]


def tydiqa_native(folder: Path) -> None:
    put(folder / "tydiqa-goldp-v1.1-train.json", squad(*MIXED))
    put(folder / "tydiqa-goldp-v1.1-dev/tydiqa-goldp-dev-english.json", squad(*TYDI_EN))
    put(folder / "tydiqa-goldp-v1.1-dev/tydiqa-goldp-dev-finnish.json", squad(*TYDI_FI))


def tydiqa_xtreme(folder: Path) -> None:
    short = [row | {"id": "0"} for row in TYDI_EN]
    put(folder / "tydiqa-goldp-v1.1-train/tydiqa.goldp.en.train.json", squad(*short))
    for language, rows in (("en", TYDI_EN), ("fi", TYDI_FI)):
        put(folder / f"tydiqa-goldp-v1.1-dev/tydiqa.goldp.{language}.dev.json", squad(*rows, strip=True))
        put(folder / f"labels/test-{language}.json", squad(*rows))


# Contexts whose hash lands on either side of the cut.
HELD = [span(str(number), f"Answer {number}.", "Which?", f"{number}") for number in (2, 4, 7, 8, 0)]


AGAIN = span("2", "Answer 0.", "Who?", "0")  # an id of the training part comes again in the part that is held out


def tydiqa_held_out(folder: Path) -> None:
    for language, rows in (("en", [*HELD, AGAIN]), ("sw", HELD)):
        put(folder / f"tydiqa-goldp-v1.1-train/tydiqa.goldp.{language}.train.json", squad(*rows))


def tydiqa_hub(folder: Path) -> None:
    for split in ("train", "validation"):
        put_hub(folder / f"secondary_task/{split}-00000-of-00001.parquet", squad_hub(*MIXED))


BOTH = {("train", "en"): EN, ("dev", "en"): EN}
BOTH_V2 = {("train", "en"): V2, ("dev", "en"): V2}
ONE_OPEN = {("train", "en"): {"unanswerable": 1}, ("dev", "en"): {"unanswerable": 1}}
TYDI = {("train", "en"): TYDI_EN, ("dev", "en"): TYDI_EN, ("test", "en"): TYDI_EN, ("test", "fi"): TYDI_FI}
REPEATED = [TYDI_EN[0] | {"id": "0"}, TYDI_EN[1] | {"id": "0#2"}]


class TestSuite:
    """In the place of `checklist.test_suite.TestSuite`, which is pickled whole with dill."""

    __test__ = False  # for pytest

    def __init__(self, **tests: Any) -> None:
        self.tests = OrderedDict((test.name, test) for test in tests.values())


class MFT:
    """In the place of `checklist.test_types.MFT`: beside data and labels it holds functions and settings."""

    def __init__(self, name: str, data: list[Any], labels: list[Any]) -> None:
        self.name, self.data, self.labels, self.expect, self.run_idxs = name, data, labels, print, None


CAT = ("Eva hat eine Katze und ein Auto.", "Welches Tier hat Eva?")
CAR = ("Eva hat eine Katze und ein Auto.", "Was für ein Auto?")
PETS = MFT("Animal vs Vehicle", [[CAT, CAR], [CAT]], [["Katze", "Auto"], ["Hund"]])
SIZES = MFT("size, shape, age, color", [[("Der Tisch ist rot.", "Wie?")]], [["rot"]])


def multichecklist(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "de_squad_suite.pkl").write_bytes(pickle.dumps(TestSuite(one=PETS, two=SIZES)))


CASES = [
    {"id": "animal_vehicle/0/0", "context": CAT[0], "question": CAT[1], "starts": [13], "answers": ["Katze"]},
    {"id": "animal_vehicle/0/1", "context": CAR[0], "question": CAR[1], "starts": [27], "answers": ["Auto"]},
    {"id": "animal_vehicle/1/0", "context": CAT[0], "question": CAT[1], "starts": [0], "answers": ["Hund"]},
    {"id": "props/0/0", "context": "Der Tisch ist rot.", "question": "Wie?", "starts": [14], "answers": ["rot"]},
]

SAMPLES = {
    ("multichecklist", "native"): Sample(
        multichecklist, {("test", "de"): CASES}, {("test", "de"): {"answers_not_in_text": 1}}
    ),
    ("squad_v1", "native"): Sample(squad_native, BOTH),
    ("squad_v1", "xtreme"): Sample(squad_native, BOTH),
    ("squad_v1", "hub"): Sample(squad_parquet, BOTH),
    ("squad_v2", "native"): Sample(squad_v2_native, BOTH_V2, ONE_OPEN),
    ("squad_v2", "hub"): Sample(squad_v2_parquet, BOTH_V2, ONE_OPEN),
    ("xquad", "native"): Sample(xquad_native, {("test", "de"): DE}),
    ("xquad", "xtreme"): Sample(xquad_stripped, {("test", "de"): DE}),
    ("xquad", "hub"): Sample(xquad_hub, {("test", "de"): DE}),
    ("mlqa", "native"): Sample(mlqa_native, {("dev", "de"): DE, ("test", "de"): DE}),
    ("mlqa", "xtreme"): Sample(mlqa_xtreme, {("dev", "de"): DE, ("test", "de"): DE}),
    ("tydiqa", "native"): Sample(tydiqa_native, TYDI, {("train", "en"): {"other_languages": 1}}),
    ("tydiqa", "xtreme"): Sample(
        tydiqa_xtreme, TYDI | {("train", "en"): REPEATED}, {("train", "en"): {"repeated_ids": 1}}
    ),
    ("tydiqa", "xtreme-held-out"): Sample(
        tydiqa_held_out,
        {
            ("train", "en"): HELD[:4],
            ("dev", "en"): [*HELD[4:], AGAIN | {"id": "2#2"}],
            ("test", "en"): [*HELD[4:], AGAIN | {"id": "2#2"}],
            ("test", "sw"): HELD,
        },
        {("train", "en"): {"in_the_other_split": 2}, ("dev", "en"): {"in_the_other_split": 4, "repeated_ids": 1}},
    ),
    ("tydiqa", "hub"): Sample(tydiqa_hub, TYDI, {("test", "fi"): {"other_languages": 2}}),
}
