"""The README tells the truth: its table is the committed one, and what it names is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.S)
COMMANDS = [shlex.split(line, comments=True) for block in BLOCKS for line in block.splitlines()]


def test_the_table_is_the_committed_one() -> None:
    shown = re.search(r"<!-- table: (\S+) -->\n(.*?)\n<!-- end -->", README, re.S)
    assert shown
    table = (ROOT / shown[1]).read_text(encoding="utf-8")
    assert shown[2].strip() and shown[2].strip() in table


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [command[1] for command in COMMANDS if command and command[0] == "make"]
    assert {"repro", "test"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_stages_and_parameters_exist() -> None:
    from dvc.repo import Repo

    names = {stage.addressing for stage in Repo(str(ROOT)).index.stages}
    parameters = (ROOT / "params.yaml").read_text(encoding="utf-8")
    for command in COMMANDS:
        if command[:2] == ["dvc", "repro"] and len(command) > 2 and "@" in command[2]:
            assert command[2] in names
        if "-S" in command:
            key = command[command.index("-S") + 1].split("=")[0]
            assert all(re.search(rf"\b{part}\b", parameters) for part in key.split(".")), key


@pytest.mark.parametrize("name", sorted(set(re.findall(r"(?:stages|profiles|results|tests)/[\w./*-]*", README))))
def test_named_files_exist(name: str) -> None:
    outputs = (ROOT / "dvc.yaml").read_text(encoding="utf-8")
    there = list(ROOT.glob(name.rstrip("/").rstrip(".")))
    assert there or f"{'/'.join(name.split('/')[:2])}/${{" in outputs, name
