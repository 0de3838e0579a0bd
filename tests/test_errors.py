"""Refusals: one line, an exit code, and what to do about it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
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
        (OSError(28, "No space left on device"), 2, "xstilts: error: output: no space left on the disk; nothing was "),
        (PermissionError(13, "Permission denied", "a.json"), 2, "xstilts: error: a.json: no permission\n"),
        (OSError(errno.EROFS, "Read-only file system", "a"), 2, "xstilts: error: a: the disk is read-only\n"),
        (
            OSError(errno.EDQUOT, "Disk quota exceeded", "a"),
            2,
            "xstilts: error: a: your quota of the disk is used up; ",
        ),
        (
            RuntimeError("Error: I/O error: File too large (os error 27)"),
            2,
            "xstilts: error: output: the file would be ",
        ),
        (MemoryError(), 2, "xstilts: error: there is not enough memory; nothing was kept of this output\n"),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."),
            2,
            "xstilts: error: there is not enough memory: [enforce fail] DefaultCPUAllocator: can't allocate memory: y",
        ),
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
    for error in (ValueError("a bug"), OSError(errno.ENOTEMPTY, "Directory not empty", "a.json")):
        with pytest.raises(type(error)):
            exit_cleanly(stopped(error))


ROOT = Path(__file__).parent.parent
BEGIN = """
import sys
from pathlib import Path
from xstilts.errors import exit_cleanly
def limited(bytes):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes, bytes))
def main():
"""


def program(folder: Path, code: str, **change: str) -> subprocess.CompletedProcess[bytes]:
    """Run the body of a script's `main` in a folder, with the environment changed."""
    body = BEGIN + "".join(f"    {line}\n" for line in code.strip().splitlines()) + "exit_cleanly(main)\n"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **change}
    return subprocess.run([sys.executable, "-c", body], cwd=folder, capture_output=True, check=False, env=environment)


WRITERS = {
    "results/x.json": "from xstilts.records.files import write_json\nlimited(1000)\nwrite_json(Path(NAME), 'x' * 5000)",
    "results/x.csv": "from xstilts.records.files import write_text\nlimited(1000)\nwrite_text(Path(NAME), 'x' * 5000)",
    "data/prepared/x": """
from xstilts.records.files import write_json, write_rows, writing
rows = [{"id": str(i)} for i in range(5000)]
limited(1000)
with writing(Path(NAME)) as folder:
    folder.mkdir()
    write_json(folder / "small.json", 1)
    write_rows(folder / "train" / "en.parquet", rows, {"id": "str"})
""",
    "models/x": """
from xstilts.encoders.models import load_encoder, save_model
tiny = Path(TINY)
model = load_encoder(tiny)
limited(20_000)
save_model(model, tiny, Path(NAME), {"stage": "x"})
""",
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_may_not_be_so_large(name: str, tiny: Path, tmp_path: Path) -> None:
    """In every kind of output: one line with its name and the reason, and nothing is there."""
    done = program(tmp_path, WRITERS[name].replace("NAME", repr(name)).replace("TINY", repr(str(tiny))))
    reason = "the file would be larger than is allowed (`ulimit -f`, or the file system)"
    line = f"xstilts: error: {name}: {reason}; nothing was kept of this output\n"
    assert (done.returncode, done.stderr.decode()) == (2, line)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_saved_state_that_may_not_be_so_large(tmp_path: Path) -> None:
    code = """
import torch
from xstilts.training.curve import Curve
from xstilts.training.resume import State
model = torch.nn.Linear(100, 100)
optimiser = torch.optim.AdamW(model.parameters())
state = State(Path(".xstilts/state/x"), "identity")
limited(1000)
state.save(1, model, optimiser, Curve(), {})
"""
    done = program(tmp_path, code)
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 2 and line.startswith("xstilts: error: .xstilts/state/x: the file would be larger")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    script = BEGIN + "    for i in range(100_000): print('a line')\nexit_cleanly(main)\n"
    pipe = f'{sys.executable} -c "$SCRIPT" | head -n 1; echo ${{PIPESTATUS[0]}}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCRIPT": script}
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=False, env=environment)
    assert (done.stdout.split("\n"), done.stderr) == (["a line", "141", ""], "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_that_does_not_know_all_characters(encoding: str, tmp_path: Path) -> None:
    code = "from xstilts.commands.output import print_json\nprint('ä → कख')\nprint_json({'a': 'ä'})"
    done = program(tmp_path, code, PYTHONIOENCODING=encoding, LC_ALL="C")
    assert done.returncode == 0 and done.stderr == b""
    first, *_ = done.stdout.decode(encoding).splitlines()
    assert first == {"ascii": "? ? ??", "latin-1": "ä ? ??", "utf-8": "ä → कख"}[encoding]
    assert json.loads("".join(done.stdout.decode(encoding).splitlines()[1:])) == {"a": "ä"}
