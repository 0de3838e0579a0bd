"""Ctrl-C: one line and exit code 130 from the first import on, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.imports import ROOT
from xstilts import interrupt

LINE = "xstilts: interrupted\n"
# A slow import that swallows every exception, as libraries do; what is imported before it is real.
SLOW = """
import os, time
print("importing", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end:
    try:
        time.sleep(0.01)
    except BaseException:
        pass
"""
BEGIN = "from xstilts.interrupt import at_interrupt; at_interrupt(); from xstilts.errors import exit_cleanly\n"
PROGRAMS = {
    "an import": f"{BEGIN}import slow",
    "an import in main": f"{BEGIN}exit_cleanly(lambda: __import__('slow'))",
    "work": f"{BEGIN}import time\ndef main():\n print('now', flush=True)\n time.sleep(20)\nexit_cleanly(main)",
    "between imports": f"{BEGIN}import time\nprint('now', flush=True)\ntime.sleep(20)",
    "a block that ends in order": f"{BEGIN}import time\ndef main():\n try:\n  print('now', flush=True)\n"
    "  time.sleep(20)\n finally:\n  open('ended', 'w')\nexit_cleanly(main)",
    "Python's own end": f"{BEGIN}import atexit, time\ndef late():\n print('now', flush=True)\n time.sleep(20)\n"
    "atexit.register(late)\nexit_cleanly(lambda: None)",
}


def started(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", **environment},
    )  # fmt: skip


@pytest.mark.parametrize("moment", PROGRAMS)
def test_one_line_whatever_is_going_on(moment: str, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    process = started(tmp_path, "-c", PROGRAMS[moment])
    assert process.stdout and process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, LINE)
    assert (tmp_path / "ended").exists() == (moment == "a block that ends in order")


def test_a_second_one_does_not_wait(tmp_path: Path) -> None:
    program = f"{BEGIN}import time\ndef main():\n try:\n  print('1', flush=True)\n  time.sleep(20)\n finally:\n" \
        "  print('2', flush=True)\n  time.sleep(20)\nexit_cleanly(main)"  # fmt: skip
    process = started(tmp_path, "-c", program)
    for _ in range(2):
        assert process.stdout and process.stdout.readline()
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, LINE)


@pytest.mark.parametrize("module", ["stages.backbone", "xstilts", "xstilts.repair"])
def test_every_program_begins_with_it(module: str, tmp_path: Path) -> None:
    """A handler is there before anything that takes time is imported: the interrupt comes at the first such import."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "def hook(event, arguments):\n"
        "    if event == 'import' and arguments[0] in ('argparse', 'typer', 'yaml', 'difflib', 'psutil'):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.addaudithook(hook)\n"
    )
    begin = time.monotonic()
    process = started(tmp_path, "-m", module, "--help")
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, LINE) and time.monotonic() - begin < 30


def test_a_mistake_of_the_program_still_shows_its_traceback(tmp_path: Path) -> None:
    process = started(tmp_path, "-c", f"{BEGIN}exit_cleanly(lambda: 1 / 0)")
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 1 and "ZeroDivisionError" in errors


@pytest.mark.parametrize("argument", ["pytest", "/usr/bin/jupyter", "/home/x/stages/y.py"])
def test_a_program_that_imports_us_keeps_its_own_way(argument: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys, "argv", [argument])
    interrupt.begin()
    assert signal.getsignal(signal.SIGINT) is before
