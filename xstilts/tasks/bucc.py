"""BUCC 2018: find the translated sentences in two corpora of which most sentences have no partner; no training."""

from __future__ import annotations

import os
from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.rows import Rows
from xstilts.formats.text import exactly, read_lines
from xstilts.tasks import Archive, Task

LANGUAGES = ("de", "fr", "ru", "zh")
NATIVE = {"dev": "sample", "test": "training"}  # official: XTREME's dev is BUCC's sample set, its test the training set


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """<l>-en/<l>-en.{sample,training}.{<l>,en,gold} as the archives unpack."""
    pair = f"{language}-en"
    return _read(raw / pair / f"{pair}.{NATIVE[split]}", labels / f"{split}-{language}.tsv", split, language)


def read_xtreme(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """<l>-en.{dev,test}.{<l>,en,gold}; XTREME deletes the gold of the test set."""
    return _read(raw / f"{language}-en.{split}", labels / f"{split}-{language}.tsv", split, language)


def _read(stem: Path, labels: Path, split: str, language: str) -> Rows:
    source, english = (_texts(stem.with_name(f"{stem.name}.{side}")) for side in (language, "en"))
    gold_path = stem.with_name(f"{stem.name}.gold")
    if not os.path.lexists(gold_path):
        if not os.path.lexists(labels):
            raise InputError(f"bucc/{split}: {gold_path} not found (XTREME deletes it for test), nor {labels}")
        gold_path = labels
    gold: dict[str, list[str]] = {}  # a source sentence may have several translations
    for number, line in enumerate(read_lines(gold_path), start=1):
        pair = exactly(line.split("\t"), 2, f"{gold_path}:{number}")
        for name, side, file in zip(pair, (source, english), (language, "en")):
            if name not in side:
                raise InputError(f"{gold_path}:{number}: found the id {name}, expected one of {stem}.{file}")
        if pair[1] in gold.setdefault(pair[0], []):
            raise InputError(f"{gold_path}:{number}: found the pair {' '.join(pair)} again, expected it once")
        gold[pair[0]].append(pair[1])
    rows = Rows()
    for name, text in source.items():
        rows.add(id=name, side="source", text=text, gold=gold.get(name, []))
    for name, text in english.items():
        rows.add(id=name, side="english", text=text, gold=[])
    return rows


def _texts(path: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, line in enumerate(read_lines(path), start=1):
        name, text = exactly(line.split("\t"), 2, f"{path}:{number}")
        if not name:
            raise InputError(f"{path}:{number}: found no id before the tab, expected one")
        if name in texts:
            raise InputError(f"{path}:{number}: found the id {name} again, expected every id once")
        texts[name] = text
    return texts


BASE = "https://comparable.limsi.fr/bucc2018/bucc2018"

TASK = Task(
    name="bucc",
    family="retrieval",
    metric="mining_f1",
    languages=LANGUAGES,
    readers={"native": read_native, "xtreme": read_xtreme},
    counts={  # gold pairs
        "dev": {"de": 1_038, "fr": 929, "ru": 2_374, "zh": 257},
        "test": {"de": 9_580, "fr": 9_086, "ru": 14_435, "zh": 1_899},
    },
    licence="not stated; shared-task data for research; text mainly Wikipedia (CC BY-SA)",
    citation="Zweigenbaum, Sharoff, Rapp 2018: Overview of the Third BUCC Shared Task: Spotting Parallel Sentences in "
    "Comparable Corpora. BUCC",
    # Hub copies have no dev set, newer ones gold pairs only.
    origin=tuple(Archive(f"{BASE}-{code}-en.{part}-gold.tar.bz2") for code in LANGUAGES for part in NATIVE.values()),
    trains=False,
    tunes_on="dev",
)
