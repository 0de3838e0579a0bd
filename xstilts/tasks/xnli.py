"""XNLI: natural language inference in 15 languages, trained on MNLI."""

from __future__ import annotations

import re
from pathlib import Path

from xstilts.errors import InputError, unknown
from xstilts.formats.hub import class_name, read_hub
from xstilts.formats.pairs import read_xtreme_pairs
from xstilts.formats.rows import Rows, one_of, row_id
from xstilts.formats.text import read_jsonl, read_tsv
from xstilts.records.strict import brief
from xstilts.tasks import Hub, Task

LANGUAGES = tuple("ar bg de el en es fr hi ru sw th tr ur vi zh".split())
LABELS = ("contradiction", "entailment", "neutral")  # the order of jiant's heads
HUB = {"train": "train", "dev": "validation", "test": "test"}
CODE = re.compile("[a-z]{2,3}")
NAMES = ("entailment", "neutral", "contradiction")  # the order of the hub's integer labels
COLUMNS = {"premise": str, "hypothesis": str, "label": NAMES}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XNLI-1.0's xnli.{dev,test}.tsv, all languages in one file; the training set is MultiNLI's."""
    rows = Rows()
    if split == "train":
        if language != "en":
            raise unknown("language", language, ("en",), f"{raw}: the training set is MultiNLI's")
        fields = {"gold_label": str, "sentence1": str, "sentence2": str}
        for number, (where, row) in enumerate(read_jsonl(raw / "multinli_1.0_train.jsonl", fields)):
            _add(
                rows, row_id(row, "pairID", number, where), row["sentence1"], row["sentence2"], row["gold_label"], where
            )
        return rows
    header = ("language", "gold_label", "sentence1", "sentence2", "pairID")
    there: dict[str, None] = {}
    for where, fields_ in read_tsv(raw / f"xnli.{split}.tsv", header):
        if not CODE.fullmatch(fields_["language"]):  # a header again, say
            raise InputError(f"{where}: found the language {brief(fields_['language'])}, expected one such as en")
        there[fields_["language"]] = None
        if fields_["language"] == language:
            _add(rows, fields_["pairID"], fields_["sentence1"], fields_["sentence2"], fields_["gold_label"], where)
    if not rows:
        raise unknown("language", language, sorted(there), f"{raw}/xnli.{split}.tsv")
    return rows


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XTREME's <split>-<language>.tsv; the test labels come from the label folder."""
    rows = Rows()
    for number, (where, text_a, text_b, label) in enumerate(read_xtreme_pairs(raw, labels, "xnli", split, language)):
        _add(rows, number, text_a, text_b, label, where)
    return rows


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """facebook/xnli; the train split of the other languages is machine translation and is never read."""
    rows = Rows()
    for number, (where, row) in enumerate(read_hub(raw / language, HUB[split], COLUMNS)):
        _add(rows, number, row["premise"], row["hypothesis"], class_name(row["label"], NAMES, where), where)
    return rows


def _add(rows: Rows, name: object, text_a: str, text_b: str, label: str, where: str) -> None:
    if label == "-":  # MultiNLI pairs without a majority
        rows.odd["unlabelled"] += 1
        return
    # official: XNLI-MT's training file says "contradictory" where all others say "contradiction".
    label = "contradiction" if label == "contradictory" else one_of(label, LABELS, where)
    # official: utils_preprocess.py strips both sentences.
    rows.add(id=name, text_a=text_a.strip(), text_b=text_b.strip(), label=label)


TASK = Task(
    name="xnli",
    family="classification",
    metric="accuracy",
    languages=LANGUAGES,
    labels=LABELS,
    readers={"native": read_native, "xtreme": read_xtreme, "hub": read_parquet},
    counts={"train": 392_702, "dev": 2_490, "test": 5_010},
    licence="CC BY-NC 4.0 (training set: MultiNLI's)",
    citation="Conneau, Rinott, Lample, Williams, Bowman, Schwenk, Stoyanov 2018: XNLI: Evaluating Cross-lingual "
    "Sentence Representations. EMNLP. arXiv 1809.05053",
    origin=(
        Hub(
            "facebook/xnli",
            "b8dd5d7af51114dbda02c0e3f6133f332186418e",  # as pinned in several public evaluation projects
            ("en/train-*", *(f"{language}/{split}-*" for language in LANGUAGES for split in ("validation", "test"))),
        ),
    ),
)
