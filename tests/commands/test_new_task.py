"""`xstilts new-task`: what it writes works at once, and nothing else changes."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML

from tests.commands.call import call
from tests.imports import ROOT
from xstilts.commands.entries import with_entry
from xstilts.commands.new_task import FILES
from xstilts.errors import InputError
from xstilts.params import read_params
from xstilts.params.load import load
from xstilts.records.files import read_rows

SAMPLE = "id\ttext_a\ttext_b\tlabel\n1\tIt rains.\tIt is wet.\tyes\n2\tIt snows.\tIt is hot.\tno\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The code, the tests and the parameters of this repository."""
    for name in ("xstilts", "stages", "tests", "profiles"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("params.yaml", "dvc.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def as_dvc_writes(text: str) -> str:
    """The same parameters after `dvc exp run -S`."""
    yaml_, stream = YAML(), io.StringIO()
    yaml_.default_flow_style = False
    yaml_.width = 80
    yaml_.dump(yaml_.load(text), stream)
    return stream.getvalue()


def test_a_task_of_each_family_passes_the_tests_at_once(project: Path) -> None:
    before = Path("params.yaml").read_text(encoding="utf-8")
    for family in FILES:
        assert call("new-task", f"own_{family}", "--family", family) == 0
    after = Path("params.yaml").read_text(encoding="utf-8")
    params = read_params()
    for family in FILES:
        assert params.family(f"own_{family}") == family
        assert params.tasks[f"own_{family}"].raw == f"data/raw/own_{family}"
    kept = [line for line in after.splitlines() if line in before.splitlines()]
    lost = [line for line in before.splitlines() if line not in after.splitlines()]
    assert len(kept) > 100 and lost == ["  choice: {}", "  retrieval: {bucc: {neighbours: 4}, tatoeba: {}}"]
    assert as_dvc_writes(after) == after
    files = ["tests/tasks/test_contract.py", "tests/stages/test_prepare.py", "tests/stages/test_zero_shot.py"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "own_", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "xstilts/tasks", "tests/tasks/samples"]
    assert subprocess.run(command, check=False).returncode == 0


def test_files_that_are_there_are_read(project: Path, monkeypatch: Any, capsys: Any) -> None:
    """Languages and labels come from them; `prepare` reads them where they lie, which is in no output of a stage."""
    folder = Path("data/raw/weather")
    folder.mkdir(parents=True)
    for name in ("train-en", "dev-en", "test-en", "test-fi", "test-sw"):
        (folder / f"{name}.tsv").write_text(SAMPLE, encoding="utf-8")
    assert call("new-task", "weather", "--family", "classification", "--licence", 'CC "BY"') == 0
    assert "put train-en.tsv, dev-en.tsv, test-en.tsv, test-fi.tsv, test-sw.tsv into data/raw/weather" in (
        capsys.readouterr().out
    )
    program = "from xstilts.tasks import load; t = load('weather'); print(t.languages, t.labels, t.licence)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told == "('en', 'fi', 'sw') ('no', 'yes') CC \"BY\"\n"
    assert read_params().tasks["weather"].evaluate == {"test": ["en", "fi", "sw"]}
    command = [sys.executable, "-m", "stages.prepare", "weather"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert read_rows(Path("data/prepared/weather/test/sw.parquet"))[1]["label"] == "no"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["weather", "--family", "taging"], "unknown family 'taging' .did you mean 'tagging'"),
        (["Weather", "--family", "tagging"], "found the name 'Weather', expected small letters"),
        (["import", "--family", "tagging"], "found the name 'import', expected small letters"),
        (["xnli", "--family", "tagging"], r"xstilts/tasks/xnli\.py: found it there already"),
        (["choice", "--family", "tagging"], r"tests/tasks/samples/choice\.py: found it there already"),
        (["mlm", "--family", "tagging"], "params.yaml: found 'mlm' there already"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(project: Path, words: list[str], message: str) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match=message):
        call("new-task", *words)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a:\n  x: 1\n# next\nb: 2\n", ["a"], "a:\n  x: 1\n  n: {k: 1}\n# next\nb: 2\n"),
        ("a:\n  x: {y: 1}  # why\n\nb: 2\n", ["a"], "a:\n  x: {y: 1}  # why\n  n: {k: 1}\n\nb: 2\n"),
        ("a: {x: {y: 1}} # why\n", ["a"], "a: {x: {y: 1}, n: {k: 1}} # why\n"),
        ("a: {}\nb: 2\n", ["a"], "a:\n  n: {k: 1}\nb: 2\n"),
        ("a:\nb: 2\n", ["a"], "a:\n  n: {k: 1}\nb: 2\n"),
        ("b: 2\n", ["a"], "b: 2\na:\n  n: {k: 1}\n"),
        ("t:\n  b:\n    x: 1\n  # last\nc: 1\n", ["t", "a"], "t:\n  b:\n    x: 1\n  a: {n: {k: 1}}\n  # last\nc: 1\n"),
        ("a:\n  x: 1", ["a"], "a:\n  x: 1\n  n: {k: 1}"),
    ],
)
def test_an_entry_goes_behind_the_last_and_moves_nothing(text: str, path: list[str], expected: str) -> None:
    new = with_entry(text, path, "n", {"k": 1})
    assert yaml.safe_load(new) == yaml.safe_load(expected)
    assert new == expected


def test_a_word_that_yaml_takes_for_a_number_is_put_in_quotes() -> None:
    text = with_entry("tasks:\n  x: {}\n", ["tasks"], "n", {"test": ["en", "no", "010"]})
    assert load(text, "params.yaml")["tasks"]["n"] == {"test": ["en", "no", "010"]}


def test_an_entry_that_is_there_is_refused() -> None:
    with pytest.raises(InputError, match=r"params\.yaml: a\.n: found it there already"):
        with_entry("a: {n: 1}\n", ["a"], "n", {})
