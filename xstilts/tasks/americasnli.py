"""AmericasNLI: XNLI in ten indigenous languages of the Americas. A target: its training set is MultiNLI's."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.pairs import read_inference
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_tsv
from xstilts.records.strict import brief
from xstilts.tasks import Archive, Task

LABELS = ("contradiction", "entailment", "neutral")  # the order of jiant's heads
ENGLISH = {"train": "multinli_1.0_train.jsonl", "dev": "multinli_1.0_dev_matched.jsonl"}
HEADER = ("id", "language", "premise", "hypothesis", "label")
SEEN = dict.fromkeys(("aym", "bzd", "gn", "quy", "shp"), 743)


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """`dev/<language>.tsv` and `test/<language>.tsv` of the folder anli_final. They are translations of XNLI's.

    English training and development sets are MultiNLI's, as published: the folder `labels` has them."""
    if language == "en" and split in ENGLISH:
        return read_inference(labels / ENGLISH[split], LABELS)
    rows = Rows()
    for where, row in read_tsv(raw / split / f"{language}.tsv", HEADER):
        if row["language"] != language:
            raise InputError(f"{where}: found the language {brief(row['language'])}, expected {language}")
        label = one_of(row["label"], LABELS, where)
        rows.add(id=row["id"], text_a=row["premise"], text_b=row["hypothesis"], label=label)
    return rows


TASK = Task(
    name="americasnli",
    family="classification",
    metric="accuracy",
    languages=tuple("aym bzd cni gn hch nah oto quy shp tar".split()),
    labels=LABELS,
    readers={"native": read_native},
    # Of hch, nah, oto and tar no file was counted.
    counts={
        "train": {"en": 392_702},
        "dev": {"en": 9_815, "cni": 658, **SEEN},
        "test": {"cni": 750, **dict.fromkeys(SEEN, 750)},
    },
    licence="CC BY-SA 4.0 (XNLI's text: CC BY-NC 4.0; training set: MultiNLI's)",
    citation="Ebrahimi et al. 2022: AmericasNLI: Evaluating Zero-shot Natural Language Understanding of Pretrained "
    "Multilingual Models in Truly Low-resource Languages. ACL. arXiv 2104.08726",
    origin=(Archive("https://github.com/abteen/americasnli/archive/bebd02ca1e4529016fca2e4554a5c48c285b8fba.zip"),),
    notes={"independence": "its rows are translations of XNLI's development and test rows"},
)
