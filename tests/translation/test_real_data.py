"""The way of real English training sets through translation, by a translator that changes nothing or next to nothing.

XSTILTS_REAL_DATA names the folder, as for tests/tasks/test_real_data.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from xstilts.tasks import load
from xstilts.translation.fields import render, texts
from xstilts.translation.marian import read_parallel
from xstilts.translation.sentences import split

ROOT = Path(os.environ.get("XSTILTS_REAL_DATA", "."))
pytestmark = pytest.mark.skipif(
    "XSTILTS_REAL_DATA" not in os.environ, reason="XSTILTS_REAL_DATA is not set: no folder with real data sets"
)
SETS = {
    "mnli": ("native", "intermediate/multinli_1.0"),
    "hellaswag": ("native", "intermediate/hellaswag"),
    "squad_v1": ("xtreme", "xtreme/squad"),
    "squad_v2": ("native", "intermediate/squad_v2"),
}


def english(name: str) -> tuple[str, list[dict[str, Any]]]:
    task = load(name)
    layout, folder = SETS[name]
    return task.family, list(task.readers[layout](ROOT / folder, ROOT / folder, "train", "en"))


@pytest.mark.parametrize("name", SETS)
def test_what_is_not_changed_comes_back(name: str) -> None:
    family, rows = english(name)
    same, counts = render(rows, family, lambda sentence: sentence)
    assert same == rows and len(rows) > 1000
    assert set(counts) <= {"answers_marked", "answers_own"}


@pytest.mark.parametrize("name", ["squad_v1", "squad_v2"])
def test_answers_are_found_where_the_words_around_them_are_longer(name: str) -> None:
    """Every word but those of names and numbers grows by an ending; case and marks stay."""

    def longer(sentence: str) -> str:
        return " ".join(f"{word}en" if word.isalpha() and word.islower() else word for word in sentence.split(" "))

    family, rows = english(name)
    found, counts = render(rows, family, longer)
    asked = sum(len(row["answers"]) for row in rows)
    lost = counts["answers_lost"]
    assert lost < 0.02 * asked, f"{lost} of {asked} answers lost"
    for row in found:
        for start, answer in zip(row["starts"], row["answers"], strict=True):
            assert row["context"][start : start + len(answer)] == answer != ""


@pytest.mark.parametrize("name", SETS)
def test_sentences_are_short_enough_to_translate(name: str) -> None:
    family, rows = english(name)
    plain = [text for row in rows for text in texts(row, family)]
    words = [len(part.text.split()) for text in plain for part in split(text) if part.sentence]
    assert sum(count > 120 for count in words) < 0.005 * len(words)


def test_the_news_are_aligned() -> None:
    found = read_parallel(ROOT / "text/ntrex", ["de", "ru", "sw"])
    assert {len(lines) for lines in found.values()} == {1997}
