"""PAN-X with typing errors that people make (Stickland et al. 2023, arXiv 2210.04782), in de es fr hi tr."""

from __future__ import annotations

from pathlib import Path

from xstilts.conditions.published.files import only
from xstilts.errors import InputError
from xstilts.formats.rows import Rows
from xstilts.formats.text import read_jsonl
from xstilts.records.strict import brief
from xstilts.tasks.panx import LABELS


def read_panx_typos(folder: Path, language: str) -> Rows:
    """test_<language>_typos_<rate>.jsonl; an id is the number of the line. No file says which sentence it was."""
    rows = Rows()
    fields = {"tokens": list, "ner_tags": list}
    for number, (where, row) in enumerate(read_jsonl(only(folder, f"test_{language}_typos_*.jsonl"), fields)):
        words, tags = row["tokens"], row["ner_tags"]
        if not words or len(words) != len(tags):
            raise InputError(f"{where}: found {len(words)} tokens and {len(tags)} tags, expected as many, and some")
        if odd := [word for word in words if not isinstance(word, str) or not word.strip()]:
            raise InputError(f"{where}: found the token {brief(odd[0])}, expected a text")
        if wrong := [tag for tag in tags if type(tag) is not int or not 0 <= tag < len(LABELS)]:
            raise InputError(f"{where}: found the tag {brief(wrong[0])}, expected a number from 0 to {len(LABELS) - 1}")
        rows.odd["broken_characters"] += any("\ufffd" in word for word in words)
        rows.add(id=f"typos-{number}", words=[word.strip() for word in words], tags=[LABELS[tag] for tag in tags])
    return rows
