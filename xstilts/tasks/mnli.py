"""MultiNLI: a sentence pair entails, contradicts or is neutral; the training set of XNLI and an intermediate task."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.hub import class_name, read_hub
from xstilts.formats.pairs import read_inference
from xstilts.formats.rows import Rows
from xstilts.tasks import Hub, Task

LABELS = ("contradiction", "entailment", "neutral")  # the order of jiant's heads
FILES = {"train": "multinli_1.0_train.jsonl", "dev": "multinli_1.0_dev_matched.jsonl"}
TRANSLATED = "train.jsonl"
HUB = {"train": "train", "dev": "validation_matched"}
NAMES = ("entailment", "neutral", "contradiction")  # the order of the hub's integer labels
COLUMNS = {"premise": str, "hypothesis": str, "label": NAMES, "idx": int}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The published JSON lines. Rows without a majority label ("-") are skipped and counted.

    The training set in another language is machine translation, as IndoNLI gives it out (translate_train_small.tar.gz,
    ir-nlp-csui/indonli@7b55d82): `<language>/train.jsonl` in the folder `labels`."""
    if language == "en":
        return read_inference(raw / FILES[split], LABELS)
    if split != "train":
        raise unknown("language", language, ("en",), f"{raw}: {split}")
    return read_inference(labels / language / TRANSLATED, LABELS, name="pairid")


def read_glue(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """nyu-mll/glue, config mnli: labels are 0, 1, 2 = entailment, neutral, contradiction."""
    if language != "en":
        raise unknown("language", language, ("en",), str(raw))
    rows = Rows()
    for where, row in read_hub(raw / "mnli", HUB[split], COLUMNS):
        label = class_name(row["label"], NAMES, where)
        rows.add(id=row["idx"], text_a=row["premise"], text_b=row["hypothesis"], label=label)
    return rows


TASK = Task(
    name="mnli",
    family="classification",
    metric="accuracy",
    languages=("en",),
    other_languages=("id",),  # translated
    labels=LABELS,
    readers={"native": read_native, "hub": read_glue},
    counts={"train": {"en": 392_702, "id": 10_330}, "dev": {"en": 9_815}},
    licence="MultiNLI: OANC licence; fiction part CC BY 3.0, CC BY-SA 3.0, MIT or public domain",
    citation="Williams, Nangia, Bowman 2018: A Broad-Coverage Challenge Corpus for Sentence Understanding through "
    "Inference. NAACL. arXiv 1704.05426",
    origin=(
        Hub(
            "nyu-mll/glue",
            "bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c",  # as pinned in many public projects
            ("mnli/train-*", "mnli/validation_matched-*"),
        ),
    ),
)
