"""Refusals: one line, an exit code, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from xstilts.errors import InputError, exit_cleanly, missing, unknown


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("data/prepared/xnli/task.json", "; `make repro` makes it, `make pull` fetches it"),
        ("results/curves/backbone.json", "; `make repro` makes it, `make pull` fetches it"),
        ("results/cells/xnli.json", "; `make repro` makes it"),
        ("models/backbone/config.json", "; `make repro` makes it"),
        ("data/raw/xnli/x.tsv", ""),
        ("/elsewhere/results/x.json", ""),
        ("scores.json", ""),
    ],
)
def test_what_makes_a_missing_file(path: str, hint: str) -> None:
    assert str(missing(Path(path))) == f"{path}: file not found{hint}"


def test_the_nearest_name_is_suggested() -> None:
    message = "params.yaml: unknown source 'mnl' (did you mean 'mnli'?); there are: none, mnli"
    assert str(unknown("source", "mnl", ["none", "mnli"])) == message
    assert str(unknown("source", "x", [], "file")) == "file: unknown source 'x'; there are: none"


def stopped(error: BaseException) -> Callable[[], None]:
    def main() -> None:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (InputError("params.yaml: a"), 2, "xstilts: error: params.yaml: a\n"),
        (KeyboardInterrupt(), 130, "xstilts: interrupted\n"),
        (KeyboardInterrupt("the next run goes on"), 130, "xstilts: interrupted; the next run goes on\n"),
        (OSError(28, "No space left on device", "a.json"), 2, "xstilts: error: a.json: no space left on the disk; "),
    ],
)
def test_what_is_no_bug_is_one_line(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        exit_cleanly(stopped(error))
    printed = capsys.readouterr()
    assert (
        (left.value.code, printed.out) == (code, "") and printed.err.startswith(line) and printed.err.count("\n") == 1
    )


def test_a_bug_keeps_its_traceback() -> None:
    for error in (ValueError("a bug"), OSError(13, "Permission denied", "a.json")):
        with pytest.raises(type(error)):
            exit_cleanly(stopped(error))
