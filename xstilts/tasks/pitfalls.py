"""Cross-Lingual Pitfalls: questions in ten languages, with sentences around them that mislead; two to ten options."""

from __future__ import annotations

from pathlib import Path

from xstilts.formats.english_questions import read_english
from xstilts.formats.pitfalls import LANGUAGES, english_questions, read_pitfalls
from xstilts.formats.rows import Rows
from xstilts.tasks import Archive, Task


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """<Language>.json of the folder `data`. Several rows may come from one English question: an id is its hash and a
    number.

    English training and development sets come from the folder `labels`, without the questions that these were made
    from: they are left out and counted."""
    if split == "test":
        return read_pitfalls(raw, language)
    found, tested, rows = read_english(labels, split, language), english_questions(raw), Rows()
    rows.odd.update(found.odd)
    for row in found:
        if row["prompt"] in tested:
            rows.odd["in_test_set"] += 1
        else:
            rows.add(**row)
    return rows


TASK = Task(
    name="pitfalls",
    family="choice",
    metric="choice_accuracy",
    languages=tuple(LANGUAGES),
    readers={"native": read_native},
    counts={"test": {}},
    licence="MIT; the English questions: each set's own",
    citation="Xu et al. 2025: Cross-Lingual Pitfalls: Automatic Probing Cross-Lingual Weakness of Multilingual Large "
    "Language Models. ACL. arXiv 2505.18673",
    origin=(
        Archive("https://github.com/xzx34/Cross-Lingual-Pitfalls/archive/98ffe2ff9e053fb768185c5c87eb93470fd3c55b.zip"),
    ),
    notes={
        "options": "the right one stands where it stands in English: in half of the rows that is the last place",
        "training set": "of the 304 English questions that were seen 168 stand in `choice_pool`",
    },
)
