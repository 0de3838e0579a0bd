"""The command line as a whole: help, mistakes, exit codes, pipes, completion."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.commands.call import call
from tests.imports import ROOT
from xstilts.commands import audit, output
from xstilts.commands.app import app, main
from xstilts.commands.output import Table
from xstilts.errors import InputError

GROUP: Any = get_command(app)
GROUPS = ("benchmark", "submission")
COMMANDS: dict[tuple[str, ...], Any] = {(name,): one for name, one in GROUP.commands.items() if name not in GROUPS}
COMMANDS |= {(group, name): one for group in GROUPS for name, one in GROUP.commands[group].commands.items()}
HEAVY = "{'torch', 'transformers', 'mlflow', 'datasets', 'dvc', 'pandas', 'matplotlib'}"


def examples(command: Any) -> list[list[str]]:
    """The command lines in a command's help, without what is said about them."""
    lines = re.findall(r"^ +xstilts (.*)$", command.help, re.M)
    return [shlex.split(re.split(r"  +", line)[0]) for line in lines]


def started(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """A process of its own, below the root of this repository."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT / "docs", env=environment, capture_output=True, text=True, check=False, **more
    )


def ended(*words: str) -> int:
    """The exit code of the program."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as stop:
        patch.setattr(sys, "argv", ["xstilts", *words])
        main()
    return int(stop.value.code or 0)


@pytest.mark.parametrize("name", COMMANDS, ids=" ".join)
def test_each_command_has_help_with_examples_that_it_takes(name: tuple[str, ...], capsys: Any) -> None:
    assert call(*name, "--help") == 0
    shown = capsys.readouterr().out
    assert "Example" in shown and f"xstilts {' '.join(name)}" in shown
    assert len(COMMANDS[name].help.splitlines()[0]) < 65, "the list of commands has one line for each"
    for words in examples(COMMANDS[name]):
        assert tuple(words[: len(name)]) == name
        COMMANDS[name].make_context(" ".join(name), words[len(name) :])


@pytest.mark.parametrize(
    ("words", "code"), [(["--help"], 0), (["cell", "mnl", "xnli", "de"], 2), (["best", "--target", "xnl"], 2),
                        (["errors", "xnl", "tr", "none", "mnli"], 2), (["profile", "miniatur"], 2), (["taks"], 2)],
)  # fmt: skip
def test_help_and_a_mistyped_name_load_nothing_heavy(words: list[str], code: int) -> None:
    said = f"print('loaded', sorted({HEAVY} & {{*sys.modules}}))"
    program = f"import sys, atexit; atexit.register(lambda: {said}); from xstilts.commands.app import main; main()"
    done = started("-c", program, *words)
    assert done.returncode == code, done.stderr
    assert done.stdout.endswith("loaded []\n")
    if code:
        assert re.fullmatch(r"xstilts: error: .*did you mean '\w+'\?.*\n", done.stderr)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sell"], "xstilts: unknown command 'sell' (did you mean 'cell'?); there are: run, study, profile, "),
        (["submission", "scor"], "xstilts submission: unknown command 'scor' (did you mean 'score'?); there are: "),
        (["cell", "mnli"], "xstilts cell: Missing argument 'TARGET' (`xstilts cell --help` explains)"),
        (["cell", "mnli", "xnli", "tr", "--sed", "1"], "xstilts cell: No such option: --sed"),
        (["cell", "mnli", "xnli", "tr", "--seed", "one"], "xstilts cell: Invalid value for '--seed': "),
        (["worst", "--lines", "0"], "xstilts worst: Invalid value for '--lines': "),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(words: list[str], message: str, capsys: Any) -> None:
    assert ended(*words) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err.startswith(f"xstilts: error: {message}") and shown.err.count("\n") == 1


@pytest.mark.parametrize("words", [["cell", "a", "b", "c"], ["audit"], ["best"], ["doctor"], ["profile"], ["pull"]])
def test_outside_of_a_project(words: list[str], tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    assert ended(*words) == 2
    assert capsys.readouterr().err == (
        f"xstilts: error: {tmp_path}: found no dvc.yaml and params.yaml here or in a folder above; "
        "go into the project first\n"
    )


def test_an_interruption_is_one_line(monkeypatch: Any, capsys: Any) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(audit, "read_params", stop)
    assert ended("audit") == 130
    assert capsys.readouterr().err.splitlines()[-1] == "xstilts: interrupted"


def test_a_bug_keeps_its_traceback(monkeypatch: Any) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(audit, "read_params", fail)
    with pytest.raises(ZeroDivisionError):
        call("audit")


@pytest.mark.parametrize("words", ["tasks", "tasks --json", "--help"])
def test_a_closed_pipe_is_silent(words: str) -> None:
    program = f"from xstilts.commands.app import main; import sys; sys.argv[1:] = {words.split()}; main()"
    shell = f"{sys.executable} -c {shlex.quote(program)} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_version(capsys: Any) -> None:
    assert call("--version") == 0
    assert re.match(r"xstilts(, not installed| \d)", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("xstilts sub", "submission"), ("xstilts cell mn", "mnli"), ("xstilts cell mnli tato", "tatoeba"),
        ("xstilts profile minia", "miniature"), ("xstilts tasks --fam", "--family"),
    ],
)  # fmt: skip
def test_a_shell_completes_commands_and_names(words: str, completed: str) -> None:
    more = {"_XSTILTS_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    assert started("-m", "xstilts", env=more).stdout.split() == [completed]


def test_a_table_on_a_terminal_and_in_a_pipe(capsys: Any, monkeypatch: Any) -> None:
    table = Table(("name", "mean"), [("a [b]", 1.25), ("c", None)], {"mean": ".1f"})
    output.print_table(table)
    assert capsys.readouterr().out == "name   mean\na [b]  1.2\nc      -\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    output.print_table(table)
    shown = capsys.readouterr().out
    assert "─" in shown and re.search(r"a \[b\] +1\.2", shown) and "mean" in shown


def test_the_page_of_commands_has_them_all() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"xstilts {' '.join(name)}" in page
    for code in ("0", "1", "2", "130"):
        assert re.search(rf"^\| {code} \|", page, re.M)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rebuild", "mnli"], "give SOURCE, TARGET and LANG"),
        (["tasks", "xnly"], "unknown task 'xnly' .did you mean 'xnli'"),
    ],
)
def test_refusals_reach_a_caller(words: list[str], message: str, monkeypatch: Any) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(InputError, match=message):
        call(*words)
