"""PAWS-X: are two sentences paraphrases? Seven languages."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.hub import class_name, read_hub
from xstilts.formats.pairs import read_xtreme_pairs
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_tsv
from xstilts.tasks import Hub, Task

LABELS = ("0", "1")
NATIVE = {"train": "train.tsv", "dev": "dev_2k.tsv", "test": "test_2k.tsv"}
HUB = {"train": "train", "dev": "validation", "test": "test"}
COLUMNS = {"id": int, "sentence1": str, "sentence2": str, "label": LABELS}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """x-final's <language>/{train,dev_2k,test_2k}.tsv, with a header and without quoting."""
    rows = Rows()
    for where, row in read_tsv(raw / language / NATIVE[split], ("id", "sentence1", "sentence2", "label")):
        _add(rows, row["id"], row["sentence1"], row["sentence2"], row["label"], where)
    return rows


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XTREME's <split>-<language>.tsv; the test labels come from the label folder."""
    rows = Rows()
    for number, (where, text_a, text_b, label) in enumerate(read_xtreme_pairs(raw, labels, "pawsx", split, language)):
        _add(rows, number, text_a, text_b, label, where)
    return rows


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """google-research-datasets/paws-x; the train split of the other languages is machine translation, never read."""
    rows = Rows()
    for where, row in read_hub(raw / language, HUB[split], COLUMNS):
        _add(rows, row["id"], row["sentence1"], row["sentence2"], class_name(row["label"], LABELS, where), where)
    return rows


def _add(rows: Rows, name: object, text_a: str, text_b: str, label: str, where: str) -> None:
    text_a, text_b = text_a.strip(), text_b.strip()  # official: utils_preprocess.py strips both sentences
    # official: pairs with the placeholder "NS" for a sentence that was not translated stay in (paws#15); counted here.
    rows.odd["ns_rows"] += "NS" in (text_a, text_b)
    rows.add(id=name, text_a=text_a, text_b=text_b, label=one_of(label, LABELS, where))


TASK = Task(
    name="pawsx",
    family="classification",
    metric="accuracy",
    languages=tuple("de en es fr ja ko zh".split()),
    labels=LABELS,
    readers={"native": read_native, "xtreme": read_xtreme, "hub": read_parquet},
    counts={"train": 49_401, "dev": 2_000, "test": 2_000},
    licence="Google: free use for any purpose, acknowledgement appreciated",
    citation="Yang, Zhang, Tar, Baldridge 2019: PAWS-X: A Cross-lingual Adversarial Dataset for Paraphrase "
    "Identification. EMNLP. arXiv 1908.11828",
    origin=(
        Hub(
            "google-research-datasets/paws-x",
            "4cd8187c404bda33cb1f62b49b001115862acf37",  # as pinned in several public evaluation projects
            ("en/train-*", "*/validation-*", "*/test-*"),
        ),
    ),
)
