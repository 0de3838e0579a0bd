"""EXAMS: questions of high-school exams in 16 languages, written in them; three to five options."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.english_questions import ENGLISH, SIZES, read_english
from xstilts.formats.questions import add_question
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import has_fields, read_jsonl
from xstilts.tasks import Archive, Task

NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "de": "German", "es": "Spanish", "fr": "French", "hr": "Croatian",
    "hu": "Hungarian", "it": "Italian", "lt": "Lithuanian", "mk": "North Macedonian", "pl": "Polish",
    "pt": "Portuguese", "sq": "Albanian", "sr": "Serbian", "tr": "Turkish", "vi": "Vietnamese",
}  # fmt: skip
NONE = "@"  # official: no answer is known


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`multilingual/{train,dev,test}.jsonl` with all languages, and ids of their own.

    Questions without an answer are left out and counted. In English there are none: training and development sets come
    from the folder `labels`."""
    if language == "en" and split in ENGLISH:
        return read_english(labels, split, language)
    rows, path = Rows(), raw / "multilingual" / f"{split}.jsonl"
    for where, row in read_jsonl(path, {"id": str, "question": dict, "answerKey": str, "info": dict}):
        has_fields(row["info"], {"language": str}, where)
        if row["info"]["language"] != NAMES.get(language):
            continue
        has_fields(row["question"], {"stem": str, "choices": list}, where)
        for choice in row["question"]["choices"]:
            has_fields(choice, {"label": str, "text": str}, where)
        if row["answerKey"] == NONE:
            rows.odd["no_answer"] += 1
            continue
        texts = {choice["label"]: choice["text"] for choice in row["question"]["choices"]}
        if len(texts) < len(row["question"]["choices"]):
            raise InputError(f"{where}: found the letter of an option twice, expected each once")
        label = [*texts].index(one_of(row["answerKey"], texts, where))
        add_question(rows, row["id"], row["question"]["stem"], [*texts.values()], label, where)
    if not rows:
        raise InputError(f"{path}: unknown language '{language}': found no question in it")
    return rows


REPOSITORY = "https://raw.githubusercontent.com/mhardalov/exams-qa/f859e665de6c370f6214ca5f36a34ace36ada6cb/data/exams"
TRAIN = (
    1_100,
    1_003,
    707,
    464,
    778,
    739,
    346,
    565,
    596,
    745,
    916,
)  # of the Turkish ones one has no answer, and one no text
DEV = (365, 335, 263, 156, 265, 246, 115, 185, 197, 240, 305)
TEST = (562, 1_472, 575, 235, 318, 1_541, 1_297, 636, 593, 1_032, 986, 463, 755, 843, 977, 1_222)
TAUGHT = "bg hr hu it mk pl pt sq sr tr vi".split()

TASK = Task(
    name="exams",
    family="choice",
    metric="choice_accuracy",
    languages=tuple(NAMES),
    readers={"native": read_native},
    counts={
        "train": {**SIZES["train"], **dict(zip(TAUGHT, TRAIN, strict=True))},
        "dev": {**SIZES["dev"], **dict(zip(TAUGHT, DEV, strict=True))},
        "test": dict(zip(NAMES, TEST, strict=True)),
    },
    licence="CC BY-SA 4.0",
    citation="Hardalov, Mihaylov, Zlatkova, Dinkov, Koychev, Nakov 2020: EXAMS: A Multi-Subject High School "
    "Examinations Dataset for Cross-Lingual and Multilingual Question Answering. EMNLP. arXiv 2011.03080",
    origin=tuple(Archive(f"{REPOSITORY}/multilingual/{split}.jsonl.tar.gz") for split in ("train", "dev", "test")),
)
