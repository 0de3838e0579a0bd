"""TyDiQA-GoldP: questions asked in nine languages, answered in a given passage. The public dev set is the test set."""

from __future__ import annotations

import hashlib
from pathlib import Path

from xstilts.errors import InputError, unknown
from xstilts.formats.rows import Rows
from xstilts.formats.squad import read_squad, read_squad_hub
from xstilts.tasks import Hub, Task

NAMES = {
    "ar": "arabic", "bn": "bengali", "en": "english", "fi": "finnish", "id": "indonesian", "ko": "korean",
    "ru": "russian", "sw": "swahili", "te": "telugu",
}  # fmt: skip
WORLD = {"de": "german", "es": "spanish", "hi": "hindi", "tr": "turkish"}  # only in generated data


def _name(language: str) -> str:
    if language not in NAMES | WORLD:
        raise unknown("language", language, NAMES, "xstilts/tasks/tydiqa.py")
    return (NAMES | WORLD)[language]


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """Training set: all nine languages in one file, of which only the ids of `language` are taken (zero-shot!).

    Dev and test are both the official dev file: the English one is watched while training, nothing is selected."""
    prefix = f"{_name(language)}-"
    if split == "train":
        return read_squad(raw / "tydiqa-goldp-v1.1-train.json", prefix=prefix)
    name = f"tydiqa-goldp-dev-{_name(language)}.json"
    return read_squad(raw / "tydiqa-goldp-v1.1-dev" / name, labels / f"test-{language}.json", prefix)


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XTREME's split files. official: it cuts training ids to the part after the last hyphen, so that they repeat."""
    if split == "train":
        return read_squad(raw / "tydiqa-goldp-v1.1-train" / f"tydiqa.goldp.{language}.train.json")
    name = f"tydiqa.goldp.{language}.dev.json"
    return read_squad(raw / "tydiqa-goldp-v1.1-dev" / name, labels / f"test-{language}.json", f"{_name(language)}-")


def read_held_out(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """XTREME's files where nobody has the answers that it took out of the dev files.

    A fifth of the English training set, whole contexts, is then the development set and the English test set. The test
    set of another language is its training set: no row of it is trained on."""
    if language != "en" and split != "test":
        raise InputError(f"tydiqa/{split}/{language}: layout xtreme-held-out has the splits train and dev in en only")
    whole = read_xtreme(raw, labels, "train", language)
    if language != "en":
        return whole
    rows = Rows()
    rows.odd.update({name: count for name, count in whole.odd.items() if name != "repeated_ids"})
    names = {row["id"] for row in whole}
    for row in whole:
        held_out = int.from_bytes(hashlib.sha256(row["context"].encode()).digest()[:8], "big") % 5 == 0
        if held_out == (split != "train"):
            rows.append(row)
            if row["id"].rpartition("#")[0] in names:  # `Rows.add` has given it a running number
                rows.odd["repeated_ids"] += 1
        else:
            rows.odd["in_the_other_split"] += 1
    return rows


def read_parquet(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """google-research-datasets/tydiqa, config secondary_task, which mixes all languages."""
    files = "train" if split == "train" else "validation"
    return read_squad_hub(raw / "secondary_task", files, f"{_name(language)}-")


TEST = {"ar": 921, "bn": 113, "en": 440, "fi": 782, "id": 565, "ko": 276, "ru": 812, "sw": 499, "te": 669}

TASK = Task(
    name="tydiqa",
    family="span",
    metric="squad",
    languages=tuple(NAMES),
    readers={"native": read_native, "xtreme": read_xtreme, "xtreme-held-out": read_held_out, "hub": read_parquet},
    counts={"train": {"en": 3_696}, "dev": {"en": 440}, "test": TEST},  # test: 5,077 in all
    licence="Apache 2.0 (text: Wikipedia, CC BY-SA)",
    citation="Clark et al. 2020: TyDi QA: A Benchmark for Information-Seeking Question Answering in Typologically "
    "Diverse Languages. TACL. arXiv 2003.05002",
    # Commit as linked in public evaluation code. The same data: storage.googleapis.com/tydiqa/v1.1/tydiqa-goldp-v1.1-*
    origin=(
        Hub(
            "google-research-datasets/tydiqa",
            "da78f23f9119363459acbaf46bf89426ff26c259",
            ("secondary_task/*.parquet",),
        ),
    ),
)
