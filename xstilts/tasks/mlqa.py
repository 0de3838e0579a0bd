"""MLQA: extractive questions in seven languages; dev and test, trained on SQuAD v1.1."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

from xstilts.formats.rows import Rows
from xstilts.formats.squad import read_squad
from xstilts.tasks import Archive, Count, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """[MLQA_V1/]{dev,test}/<split>-context-<l>-question-<l>.json. XTREME counts only the 7 of 49 files a split where
    both languages are the same; of the others, `de-en` is the one with German contexts and English questions.

    XTREME's folder holds the same archive unpacked, with the answers of the test files taken out."""
    folder = raw / "MLQA_V1" if (raw / "MLQA_V1").is_dir() else raw
    context, _, question = language.partition("-")
    name = f"{split}-context-{context}-question-{question or context}.json"
    return read_squad(folder / split / name, labels / f"{split}-{language}.json")


LANGUAGES = tuple("ar de en es hi vi zh".split())
DEV: dict[str, Count] = {"en": 1_148, "de": 512, "es": 500, "ar": 517, "zh": 504, "vi": 511, "hi": 507}
# Two verified sources disagree by one on Spanish; counts.json records which of them the file agrees with.
SPANISH = (5_253, 5_254)
TEST: dict[str, Count] = {"en": 11_590, "de": 4_517, "es": SPANISH, "ar": 5_335, "zh": 5_137, "vi": 5_495, "hi": 4_918}

TASK = Task(
    name="mlqa",
    family="span",
    metric="mlqa",
    languages=LANGUAGES,
    other_languages=tuple(f"{one}-{two}" for one, two in permutations(LANGUAGES, 2)),
    readers={"native": read_native, "xtreme": read_native},
    counts={"dev": DEV, "test": TEST},
    licence="CC BY-SA 3.0",
    citation="Lewis, Oguz, Rinott, Riedel, Schwenk 2020: MLQA: Evaluating Cross-lingual Extractive Question Answering. "
    "ACL. arXiv 1910.07475",
    # The hub's facebook/mlqa is a loading script on main, and its converted branch has no fixed commit.
    origin=(Archive("https://dl.fbaipublicfiles.com/MLQA/MLQA_V1.zip"),),
    trains=False,
)
