"""Ctrl-C in a stage: one line that says where the next run goes on, exit code 130, and nothing is lost or changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.imports import ROOT
from tests.stages.test_intermediate import BOTH, run, setup, world

__all__ = ["world"]  # a fixture

TRAINING = """
import importlib, os, signal, sys
from xstilts.errors import exit_cleanly
from xstilts.training import loop
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that starts us in the background takes it away
after, stage, step, done = int(sys.argv.pop(1)), sys.argv.pop(1), loop._step, []

def pressed(*arguments):
    if len(done) == after:
        os.kill(os.getpid(), signal.SIGINT)
    done.append(1)
    return step(*arguments)

loop._step = pressed
exit_cleanly(importlib.import_module(f"stages.{stage}").main)
"""
IMPORTING = """
import os, runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
runpy.run_module("stages.intermediate", run_name="__main__")
"""


def start(program: str, *arguments: str) -> tuple[int, list[str]]:
    """Exit code, and the lines on stderr beside the progress bar."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XSTILTS_CHECKPOINT_STEPS": "5"}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, [line for line in done.stderr.splitlines() if line and "intermediate both" not in line]


def test_a_training_goes_on_to_the_same_bytes(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup(world, both=BOTH)
    run("mixture", monkeypatch)
    run("intermediate", monkeypatch, "both", "1")
    outputs = [*Path("models/intermediate").rglob("*"), *Path("results/curves").rglob("*")]
    whole = {path: path.read_bytes() for path in outputs if path.is_file()}
    for folder in ("models/intermediate", "results/curves"):
        shutil.rmtree(folder)

    again = "xstilts: interrupted; the next run starts again at the first step"
    assert start(TRAINING, "3", "intermediate", "both", "1") == (130, [again])
    assert start(TRAINING, "7", "intermediate", "both", "1") == (
        130,
        ["xstilts: interrupted; the next run goes on after step 5"],
    )
    assert not Path("models/intermediate").exists() and not Path("results/curves").exists()
    assert start(TRAINING, "1000", "intermediate", "both", "1") == (0, [])
    assert {path: path.read_bytes() for path in whole} == whole


def test_while_torch_is_imported(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup(world, both=BOTH)
    assert start(IMPORTING, "both", "1") == (130, ["xstilts: interrupted"])
