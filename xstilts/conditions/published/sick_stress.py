"""Stress sets of SICK: other word order and particles in Japanese (JSICK), other order and tense in Dutch (SICK-NL)."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import InputError
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import exactly, read_lines, read_tsv
from xstilts.records.strict import brief
from xstilts.tasks.xnli import LABELS

SIDES = ("pair_ID", "data", "sentence_A_Ja", "sentence_B_Ja", "entailment_label_Ja")
HEADER = ["sentence_A", "sentence_B", "entailment_label"]


def read_jsick(path: Path, split: str) -> Rows:
    """The clean rows: jsick.tsv, those whose column `data` names the split (train, trial, test)."""
    rows = _japanese(path, split)
    if not rows:
        raise InputError(
            f"{path}: found no row of the split '{split}', expected some (there are train, trial and test)"
        )
    return rows


def read_jsick_stress(folder: Path, kind: str) -> Rows:
    """<kind>_ga_o/test.tsv: particles left out (del), exchanged (ex), or words scrambled (scrum).

    An id is that of the pair in JSICK, the label that of the clean pair. `sentence_A_Ja_origin` is not read: under
    `scrum` it is not the clean sentence."""
    return _japanese(folder / f"{kind}_ga_o" / "test.tsv", "test")


def read_sick_nl_stress(path: Path) -> Rows:
    """prep_phrase_order.txt or present_cont_present_simple.txt: pairs that say the same; the file names no SICK pair.

    official: blanks stand between the names of the columns, tabs between the fields."""
    lines = read_lines(path)
    if lines[0].split() != HEADER:
        raise InputError(f"{path}:1: found {brief(lines[0])}, expected the columns {', '.join(HEADER)}")
    rows = Rows()
    for number, line in enumerate(lines[1:], start=2):
        one, other, label = exactly(line.split("\t"), 3, f"{path}:{number}")
        label = one_of(label.strip().lower(), LABELS, f"{path}:{number}")
        rows.add(id=f"{path.stem}-{number - 2}", text_a=one.strip(), text_b=other.strip(), label=label)
    return rows


def _japanese(path: Path, split: str) -> Rows:
    rows = Rows()
    for where, row in read_tsv(path, SIDES):
        if row["data"] == split:
            label = one_of(row["entailment_label_Ja"].strip().lower(), LABELS, where)
            one, other = row["sentence_A_Ja"].strip(), row["sentence_B_Ja"].strip()
            rows.add(id=row["pair_ID"], text_a=one, text_b=other, label=label)
    return rows
