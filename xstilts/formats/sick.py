"""SICK in three languages: SICK_NL.txt has the Dutch and the English pairs, jsick.tsv the Japanese ones.

The pairs are the same, and have the same ids. SICK_NL.txt lacks 87 of the 9,927 pairs of SICK. They are left out in all
languages and counted, so that nothing but the language differs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xstilts.errors import InputError, unknown
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_tsv
from xstilts.records.strict import brief

DUTCH = "SICK_NL.txt"
JAPANESE = "jsick.tsv"
TEXTS = {
    "en": ("sentence_A_original", "sentence_B_original"), "nl": ("sentence_A", "sentence_B"),
    "ja": ("sentence_A_Ja", "sentence_B_Ja"),
}  # fmt: skip
LABELS = ("contradiction", "entailment", "neutral")  # the order of jiant's heads
SPLITS = {"TRAIN": "train", "TRIAL": "dev", "TEST": "test"}
SHARED, OWN = "entailment_label", "entailment_label_Ja"  # columns of labels: SICK's, and those made anew in Japanese

Pairs = Mapping[str, tuple[str, dict[str, str]]]
"""id -> (file:line, fields by name)"""


def read_sick(folder: Path, split: str, language: str, label: str = SHARED) -> Rows:
    """The pairs of one split in one language. `label` is the column of the label."""
    if language not in TEXTS:
        raise unknown("language", language, TEXTS, str(folder))
    rows = Rows()
    dutch = _pairs(folder / DUTCH, ("pair_ID", "SemEval_set", SHARED, *TEXTS["en"], *TEXTS["nl"]))
    other = _pairs(folder / JAPANESE, ("pair_ID", "data", OWN, *TEXTS["ja"])) if language == "ja" else {}
    for name, (where, pair) in dutch.items():
        if _split(pair["SemEval_set"], where) != split:
            continue
        if language == "ja":
            where, pair = _translated(folder, other, name, where, pair)
        first, second = TEXTS[language]
        rows.add(id=name, text_a=pair[first], text_b=pair[second], label=one_of(pair[label].lower(), LABELS, where))
    kept = [_split(pair["data"].upper(), where) for name, (where, pair) in other.items() if name not in dutch]
    rows.odd["not_in_dutch"] += kept.count(split)
    return rows


def _pairs(path: Path, header: tuple[str, ...]) -> Pairs:
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for where, pair in read_tsv(path, header):
        if found.setdefault(pair["pair_ID"], (where, pair))[0] != where:
            raise InputError(f"{where}: found the pair_ID {brief(pair['pair_ID'])} again, expected it once")
    return found


def _split(name: str, where: str) -> str:
    if name not in SPLITS:
        raise InputError(f"{where}: found the split {brief(name)}, expected one of: {', '.join(SPLITS)}")
    return SPLITS[name]


def _translated(
    folder: Path, other: Pairs, name: str, where: str, pair: dict[str, str]
) -> tuple[str, dict[str, str]]:  # fmt: skip
    """The Japanese pair with the id of a Dutch one, and the shared label beside its own."""
    if name not in other:
        raise InputError(f"{folder / JAPANESE}: found no pair_ID {brief(name)}, expected it as in {where}")
    place, own = other[name]
    if own["data"].upper() != pair["SemEval_set"]:
        raise InputError(f"{place}: found the split {brief(own['data'])}, expected {pair['SemEval_set']} as in {where}")
    return place, {**own, SHARED: pair[SHARED]}
