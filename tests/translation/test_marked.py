"""The miniature's parallel text for translators: aligned, marked alike in all languages, nothing of it is evaluated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.miniature.test_world import SMALL, digest, evaluation_sentences
from xstilts.miniature.build import build
from xstilts.miniature.lexicon import LANGUAGES
from xstilts.translation.answers import MARK, marked


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    build({**SMALL, "marked": 400}, out)
    return out


@pytest.fixture(scope="module")
def lines(world: Path) -> dict[str, list[str]]:
    return {x: (world / "marked" / f"{x}.txt").read_text(encoding="utf-8").splitlines() for x in LANGUAGES}


def test_aligned_and_different(lines: dict[str, list[str]]) -> None:
    rows = list(zip(*lines.values(), strict=True))
    assert len(set(rows[:400])) == 400 < len(rows)
    assert all(text.strip() == text != "" for row in rows for text in row)


def test_marks_stand_in_all_languages_or_in_none(lines: dict[str, list[str]]) -> None:
    rows = list(zip(*lines.values(), strict=True))
    counts = [{text.count(MARK) for text in row} for row in rows]
    assert all(count in ({0}, {2}) for count in counts)
    assert 80 < counts.count({2}) < 200
    assert all(marked(text) for row, count in zip(rows, counts) if count == {2} for text in row)


def test_questions_statements_and_phrases(lines: dict[str, list[str]]) -> None:
    english = lines["en"]
    assert 40 < sum(line.endswith("?") for line in english) < 160
    assert sum(line.endswith(".") for line in english) > 240
    assert {"lamp", "Monday", "Berlin", "7", "1984"} <= set(english)


def test_no_evaluation_sentence_stands_there(world: Path, lines: dict[str, list[str]]) -> None:
    held = evaluation_sentences(world)
    for language in LANGUAGES:
        assert held[language] and not held[language] & {line.replace(MARK, "") for line in lines[language]}


def test_nothing_else_depends_on_it(world: Path, tmp_path: Path) -> None:
    build({**SMALL, "marked": 10}, tmp_path)
    one, two = digest(world), digest(tmp_path)
    assert {name for name in one if one[name] != two[name]} == {f"marked/{language}.txt" for language in LANGUAGES}
