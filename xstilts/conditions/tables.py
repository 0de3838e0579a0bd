"""Tables of words that may stand for another word: misspellings, translations.

One line a word: the word, then what may stand for it, with blanks or tabs between. A word may have several lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from xstilts.conditions.draws import Draw
from xstilts.conditions.letters import lower, upper
from xstilts.conditions.units import Unit
from xstilts.errors import InputError, missing
from xstilts.formats.text import read_lines

Table = Mapping[str, Sequence[str]]


def table(folder: Path | None, language: str, ending: str, condition: str) -> Table:
    """The table `<language><ending>` of a folder; an empty one where the folder has tables of other languages only."""
    if folder is None:
        raise InputError(f"{condition}: found no folder of tables, expected one with files such as {language}{ending}")
    if not folder.is_dir():
        raise missing(folder, "folder")
    if not any(folder.glob(f"*{ending}")):
        raise InputError(f"{folder}: found no table, expected files such as {language}{ending} ({condition})")
    path = folder / f"{language}{ending}"
    return read_table(path) if path.exists() else {}


@cache
def read_table(path: Path) -> Table:
    """Word -> what may stand for it, each once and in the order of the file."""
    found: dict[str, dict[str, None]] = {}
    for number, line in enumerate(read_lines(path), start=1):
        word, *others = line.split() or [""]
        if not others:
            raise InputError(f"{path}:{number}: found {len(line.split())} words, expected a word and what replaces it")
        found.setdefault(word, {}).update(dict.fromkeys(others))
    return {word: tuple(others) for word, others in found.items()}


def replaced(
    unit: Unit, draw: Draw, table: Table, language: str, fits: Callable[[str, str], bool] = lambda word, other: True
) -> str:
    """The word with an entry of the table in its place; capitals as the word has them. `fits`: which entries count."""
    word = unit.text
    key = word if word in table else lower(word, language)
    options = [other for other in table.get(key, ()) if fits(key, other)]
    if key != word:
        options = [_like(word, other, language) for other in options]
    options = [other for other in options if other != word]
    return options[draw.pick % len(options)] if options else word


def _like(word: str, other: str, language: str) -> str:
    if len(word) > 1 and word == upper(word, language):
        return upper(other, language)
    return upper(other[0], language) + other[1:] if word[0] != lower(word[0], language) else other
