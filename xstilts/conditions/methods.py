"""How each perturbation of words goes about a text: what its units are, and what becomes of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from xstilts.conditions.case import case
from xstilts.conditions.code_mix import ENDING as code_mix_ending
from xstilts.conditions.code_mix import code_mix
from xstilts.conditions.diacritics import diacritics
from xstilts.conditions.double import double
from xstilts.conditions.draws import Draw
from xstilts.conditions.drop import drop
from xstilts.conditions.insert import insert, letters
from xstilts.conditions.keyboard import keyboard
from xstilts.conditions.natural import ENDING as natural_ending
from xstilts.conditions.natural import natural
from xstilts.conditions.punctuation import punctuation
from xstilts.conditions.spaces import spaces
from xstilts.conditions.swap import swap
from xstilts.conditions.tables import Table, table
from xstilts.conditions.unicode import unicode
from xstilts.conditions.units import Unit, insides, marks, wholes
from xstilts.conditions.units import spaces as blanks
from xstilts.params.conditions import Condition

Edit = Callable[[Unit, Draw], str]


@dataclass(frozen=True)
class Method:
    """`edit` gives the function for one row, by the texts of it. The rest says what is left alone.

    `words`: the units are words; of a paraphrase, those that only one of its sentences has are then left alone.
    `names`: named entities are changed as other words are (True), left alone (False), or their rows refused (None)."""

    units: Callable[[str], Iterable[Unit]]
    edit: Callable[[list[str]], Edit]
    words: bool = True
    names: bool | None = True


@dataclass(frozen=True)
class Given:
    """What a method may depend on."""

    ways: tuple[str, ...]
    language: str
    folder: Path | None
    condition: str

    def table(self, ending: str) -> Table:
        """The table of the language in the folder that the user gives."""
        return table(self.folder, self.language, ending, self.condition)


METHODS: Mapping[str, Callable[[Given], Method]] = {
    "swap": lambda given: Method(partial(insides, width=2), _always(swap)),
    "drop": lambda given: Method(insides, _always(drop)),
    "double": lambda given: Method(insides, _always(double)),
    "insert": lambda given: Method(insides, lambda texts: partial(insert, letters=letters(texts))),
    "keyboard": lambda given: Method(insides, _always(partial(keyboard, language=given.language))),
    "case": lambda given: Method(wholes, _always(partial(case, ways=given.ways, language=given.language)), names=None),
    "diacritics": lambda given: Method(wholes, _always(lambda unit, draw: diacritics(unit))),
    "punctuation": lambda given: Method(marks, _always(partial(punctuation, ways=given.ways)), words=False),
    "spaces": lambda given: Method(blanks, _always(partial(spaces, ways=given.ways)), words=False),
    "unicode": lambda given: Method(wholes, _always(partial(unicode, ways=given.ways))),
    "natural": lambda given: Method(
        wholes, _always(partial(natural, table=given.table(natural_ending), language=given.language)), names=False
    ),
    "code-mix": lambda given: Method(
        wholes, _always(partial(code_mix, table=given.table(code_mix_ending), language=given.language)), names=False
    ),
}


def method(asked: Condition, language: str, files: Mapping[str, Path]) -> Method:
    """The method of a condition in a language; `InputError` where it needs tables that are not there."""
    return METHODS[asked.perturbation](Given(asked.ways, language, files.get(asked.perturbation), str(asked)))


def _always(edit: Edit) -> Callable[[list[str]], Edit]:
    """A method that is the same for every row."""
    return lambda texts: edit
