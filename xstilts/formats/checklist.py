"""Suites of the CheckList library, of which MultiCheckList has one a language: tests, their cases, and labels.

The labels stand in the suites' pickles alone (the JSON beside them has questions without answers). A pickle is a
program; here every name in it stands for `Inert`, so that nothing is imported or called: what is left is lists and
texts."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xstilts.errors import InputError
from xstilts.formats.stand_ins import refuse_stand_in
from xstilts.records.strict import brief


class Inert(dict[Any, Any]):
    """Whatever a pickle makes or calls: keeps items and attributes, does nothing."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__()

    def __call__(self, *arguments: object, **named: object) -> Inert:  # noqa: D102
        return Inert()

    def __setstate__(self, state: object) -> None:
        for part in state if isinstance(state, tuple) else (state,):
            if isinstance(part, dict):
                self.__dict__.update({str(name): value for name, value in part.items()})


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type[Inert]:
        return Inert

    def persistent_load(self, pid: object) -> Inert:
        return Inert()


def read_suite(path: Path) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """(name of the test, its examples (context, question, label)) of every test case, in the order of the suite."""
    refuse_stand_in(path)
    try:
        with path.open("rb") as file:
            tests = _Reader(file).load().__dict__["tests"]
    except Exception as error:  # a broken pickle raises anything
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: not a pickled CheckList suite: {type(error).__name__} {reason}") from None
    if not isinstance(tests, dict) or not all(isinstance(name, str) for name in tests):
        raise InputError(f"{path}: found {type(tests).__name__} for the tests, expected an object with their names")
    for name, test in tests.items():
        for number, (examples, labels) in enumerate(_cases(test, f"{path}: test {name!r}")):
            where = f"{path}: test {name!r}: case {number}"
            if not isinstance(examples, list | tuple) or not isinstance(labels, list | tuple):
                raise InputError(f"{where}: found {brief(examples)} and {brief(labels)}, expected two lists")
            if len(examples) != len(labels):
                raise InputError(f"{where}: found {len(labels)} labels, expected {len(examples)}")
            yield name, [(*_texts(one, 2, where), *_texts((label,), 1, where)) for one, label in zip(examples, labels)]


def _cases(test: Any, where: str) -> Iterator[tuple[Any, Any]]:
    data, labels = (getattr(test, name, None) for name in ("data", "labels"))
    if not isinstance(data, list) or not isinstance(labels, list) or len(data) != len(labels):
        raise InputError(
            f"{where}: found no lists `data` and `labels` of one length, expected a case and its labels each"
        )
    return zip(data, labels)


def _texts(values: Any, number: int, where: str) -> tuple[Any, ...]:
    if not isinstance(values, list | tuple) or len(values) != number or not all(map(_is_text, values)):
        raise InputError(f"{where}: found {brief(values)}, expected {number} text{'s' * (number > 1)}")
    return tuple(values)


def _is_text(value: Any) -> bool:
    """Whether it is a text that can be written: pickles hold halves of surrogate pairs, too."""
    return isinstance(value, str) and "\0" not in value and value == value.encode(errors="ignore").decode()
