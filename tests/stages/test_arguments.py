"""The arguments of every stage script: `--help` starts nothing, what is wrong is refused before torch is imported."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fake_grid import write_params
from tests.imports import ROOT

SCRIPTS = sorted(path.stem for path in (ROOT / "stages").glob("*.py") if path.stem != "__init__")
PROGRAM = """
import atexit, json, os, runpy, sys
opened, here = [], os.getcwd()

def note(event, given):
    if event == "open" and isinstance(given[0], str):
        path = os.path.join(here, given[0])
        if path.startswith(here + os.sep) and "__editable__" not in path:  # how an installed project is found
            opened.append(os.path.relpath(path, here))

def tell():
    heavy = sorted({"torch", "transformers", "accelerate", "mlflow"} & {*sys.modules})
    print(json.dumps({"heavy": heavy, "opened": sorted({*opened})}))

sys.addaudithook(note)
atexit.register(tell)
name, *arguments = sys.argv[1:]
sys.argv = [f"stages/{name}.py", *arguments]
runpy.run_module(f"stages.{name}", run_name="__main__")
"""


def start(folder: Path, *command: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Run a script as `python -m` does; returns the process, and which heavy modules and own files it has opened."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    *output, facts = done.stdout.splitlines(keepends=True)
    done.stdout = "".join(output)
    return done, json.loads(facts)


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_starts_nothing(script: str, tmp_path: Path) -> None:
    done, facts = start(tmp_path, script, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    about = ast.get_docstring(ast.parse((ROOT / f"stages/{script}.py").read_text(encoding="utf-8")))
    assert about and about in done.stdout and done.stdout.startswith("usage: ")
    assert facts == {"heavy": [], "opened": []} and not list(tmp_path.iterdir())


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_says_how_it_is_started_and_leaves_cleanly(script: str) -> None:
    text = (ROOT / f"stages/{script}.py").read_text(encoding="utf-8")
    assert f"python -m stages.{script}" in (ast.get_docstring(ast.parse(text)) or "")
    assert text.endswith('\n\nif __name__ == "__main__":\n    exit_cleanly(main)\n')


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            "intermediate mnl 1",
            "unknown source 'mnl' (did you mean 'mnli'?); there are: none, mnli, squad_v1, hellaswag",
        ),
        ("intermediate mnli 7", "unknown seed '7'; there are: 1"),
        ("target xnl mnli 1", "unknown training 'xnl' (did you mean 'xnli'?); there are: xnli, pawsx, udpos, panx, "),
        ("target bucc mnli 1", "unknown training 'bucc'; there are: xnli, "),
        ("target xnli mnl 1", "unknown source 'mnl' (did you mean 'mnli'?); there are: "),
        ("target xnli mnli 2", "unknown seed '2'; there are: 1"),
        ("target xnli mnli 1 --after pawx", "unknown training 'pawx' (did you mean 'pawsx'?)"),
        ("evaluate tatoba mnli", "unknown target 'tatoba' (did you mean 'tatoeba'?)"),
        ("evaluate xnli hellaswg", "unknown source 'hellaswg' (did you mean 'hellaswag'?)"),
        ("evaluate_intermediate squad", "unknown source 'squad' (did you mean 'squad_v1'?)"),
        ("score xnly", "unknown target 'xnly' (did you mean 'xnli'?)"),
        ("prepare pawxs", "unknown task 'pawxs' (did you mean 'pawsx'?)"),
        ("translator marian", "unknown translator 'marian'; there are: none"),
        ("translate_train mnli-de", "unknown translation 'mnli-de'; there are: none"),
        ("download xnli", "unknown download 'xnli'; there are: none"),
        ("submission mnl", "unknown source 'mnl' (did you mean 'mnli'?)"),
        ("miniature world", "unknown world 'world'; there are: none"),
    ],
)
def test_a_name_that_is_not_there_is_refused_before_torch(command: str, message: str, tmp_path: Path) -> None:
    write_params(tmp_path)
    done, facts = start(tmp_path, *command.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"xstilts: error: params.yaml: {message}") and done.stderr.count("\n") == 1
    assert facts == {"heavy": [], "opened": ["params.yaml"]}


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("score", "the following arguments are required: target (`python -m stages.score --help` says what "),
        ("mixture all", "unrecognized arguments: all (`python -m stages.mixture --help` says "),
        ("intermediate mnli one", "argument seed: invalid int value: 'one' (`python -m stages.intermediate --help` "),
    ],
)
def test_arguments_of_another_number_or_kind(command: str, message: str, tmp_path: Path) -> None:
    done, _ = start(tmp_path, *command.split())
    assert done.returncode == 2 and done.stderr.startswith(f"xstilts: error: {message}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            "target xnli mnli 1",
            "data/prepared/xnli/task.json: file not found; `make repro` makes it, `make pull` fetches it",
        ),
        ("evaluate xnli mnli", "data/prepared/xnli/task.json: file not found; `make repro` makes it, `make pull` "),
        ("mixture", "data/prepared: folder not found; `make repro` makes it, `make pull` fetches it"),
        ("intermediate mnli 1", "models/backbone: folder not found; `make repro` makes it\n"),
        ("intermediate none 1", "models/backbone: folder not found; `make repro` makes it\n"),
    ],
)
def test_what_is_not_made_yet_is_refused_with_what_makes_it(command: str, message: str, tmp_path: Path) -> None:
    sources = {"none": {"tasks": []}, "mnli": {"tasks": ["mnli"], "epochs": 1, "lr": 1e-3, "batch": 1, "max_length": 9}}
    write_params(tmp_path, sources=sources)
    done, facts = start(tmp_path, *command.split())
    assert done.returncode == 2 and done.stderr.startswith(f"xstilts: error: {message}")
    assert done.stderr.count("\n") == 1 and facts["heavy"] == []
