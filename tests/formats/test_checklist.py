"""Pickled CheckList suites: read without running anything in them."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from tests.tasks.samples.spans import CAR, CAT, MFT, PETS, SIZES, TestSuite
from xstilts.errors import InputError
from xstilts.formats.checklist import read_suite


class Attack:
    """What runs a command when a pickle of it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def test_cases_in_order(tmp_path: Path) -> None:
    (tmp_path / "suite.pkl").write_bytes(pickle.dumps(TestSuite(one=PETS, two=SIZES)))
    assert list(read_suite(tmp_path / "suite.pkl")) == [
        ("Animal vs Vehicle", [(*CAT, "Katze"), (*CAR, "Auto")]),
        ("Animal vs Vehicle", [(*CAT, "Hund")]),
        ("size, shape, age, color", [("Der Tisch ist rot.", "Wie?", "rot")]),
    ]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_nothing_in_a_pickle_runs(protocol: int, tmp_path: Path) -> None:
    test = MFT("t", [[CAT]], [["Katze"]])
    test.expect = Attack(tmp_path / "mark")  # type: ignore[assignment]
    content = pickle.dumps(TestSuite(one=test), protocol)
    pickle.loads(content)
    assert (tmp_path / "mark").is_dir(), "it does run where pickles are loaded"
    (tmp_path / "mark").rmdir()
    (tmp_path / "suite.pkl").write_bytes(content)
    assert list(read_suite(tmp_path / "suite.pkl")) == [("t", [(*CAT, "Katze")])]
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no pickle", r"suite\.pkl: not a pickled CheckList suite: "),
        (pickle.dumps([1]), r"suite\.pkl: not a pickled CheckList suite: AttributeError"),
        (
            pickle.dumps(TestSuite(one=MFT("t", [[CAT]], []))),
            r"test 't': found no lists `data` and `labels` of one length",
        ),
        (pickle.dumps(TestSuite(one=MFT("t", [[CAT, CAR]], [["a"]]))), r"test 't': case 0: found 1 labels, expected 2"),
        (pickle.dumps(TestSuite(one=MFT("t", [[("a",)]], [["a"]]))), r"case 0: found \('a',\), expected 2 texts"),
        (pickle.dumps(TestSuite(one=MFT("t", [[CAT]], [[3]]))), r"case 0: found \(3,\), expected 1 text$"),
    ],
)
def test_what_is_no_suite_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "suite.pkl").write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(read_suite(tmp_path / "suite.pkl"))


def test_a_missing_suite(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"de\.pkl: file not found"):
        list(read_suite(tmp_path / "de.pkl"))
