"""Files appear whole or not at all; a user's mistake is one line on stderr and exit code 2."""

from __future__ import annotations

import errno
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.imports import ROOT
from xstilts.errors import InputError, exit_cleanly
from xstilts.records.files import read_json, read_rows, read_text, write_json, write_rows, write_text, writing


@pytest.fixture(autouse=True)
def project(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a stage runs in."""
    monkeypatch.chdir(tmp_path_factory.mktemp("project"))
    return Path.cwd()


def left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("before", ["", "file", "folder"])
@pytest.mark.parametrize("output", ["file", "folder"])
def test_a_failure_leaves_nothing_and_keeps_the_old(before: str, output: str, tmp_path: Path) -> None:
    path = tmp_path / "a" / "out"
    if before:
        path.parent.mkdir()
    if before == "file":
        path.write_text("old")
    elif before == "folder":
        path.mkdir()
        (path / "old").write_text("old")
    expected = left(tmp_path) or ["a"]

    def fill(temporary: Path) -> None:
        if output == "file":
            temporary.write_text("half")
        else:
            temporary.mkdir()
            (temporary / "half").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), writing(path) as temporary:
        fill(temporary)
    assert left(tmp_path) == expected


def test_success_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "out"
    for text in ("one", "two"):
        write_text(path, text)
        assert path.read_text() == text and left(tmp_path) == ["out"]
    path.unlink()
    for name in ("one", "two"):
        with writing(path) as temporary:
            temporary.mkdir()
            (temporary / name).write_text(name)
        assert left(tmp_path) == ["out", f"out/{name}"]


def full(*_: Any, **__: Any) -> int:
    raise OSError(errno.ENOSPC, "No space left on device", "out.json")


def test_a_full_disk_leaves_nothing_and_keeps_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.json"
    write_json(path, {"old": 1})
    with monkeypatch.context() as broken:
        broken.setattr(pathlib.Path, "write_text", lambda self, *_, **__: (self.write_bytes(b"half"), full())[1])
        with pytest.raises(OSError, match="No space left"):
            write_json(path, {"new": 1})
    assert read_json(path) == {"old": 1} and left(tmp_path) == ["out.json"]


def test_a_full_disk_while_parquet_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    def half(table: Any, path: Path, **_: Any) -> None:
        path.write_bytes(b"PAR1 half")
        full()

    path = tmp_path / "rows.parquet"
    write_rows(path, [{"id": "1"}], {"id": "str"})
    monkeypatch.setattr(pq, "write_table", half)
    with pytest.raises(OSError, match="No space left"):
        write_rows(path, [{"id": "2"}], {"id": "str"})
    assert read_rows(path) == [{"id": "1"}] and left(tmp_path) == ["rows.parquet"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught, writing(tmp_path / "out") as temporary:
        temporary.symlink_to("/dev/full")
        temporary.write_bytes(b"x" * 100_000)
    assert caught.value.errno == errno.ENOSPC and left(tmp_path) == []


SCRIPT = """
import errno, sys

from xstilts.errors import InputError, exit_cleanly
def main():
    kind = sys.argv[1]
    if kind == "input": raise InputError("data/a.tsv:3: found 2 fields, expected 4")
    if kind == "full": raise OSError(errno.ENOSPC, "No space left on device", "models/x")
    if kind == "bug": raise ValueError("a mistake of the program")
exit_cleanly(main)
"""


@pytest.mark.parametrize(
    ("kind", "code", "message"),
    [
        ("input", 2, "xstilts: error: data/a.tsv:3: found 2 fields, expected 4\n"),
        ("full", 2, "xstilts: error: models/x: no space left on the disk; nothing was kept of this output\n"),
        ("none", 0, ""),
    ],
)
def test_a_stage_ends_with_one_line(kind: str, code: int, message: str) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, kind], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, message)


def test_mistakes_of_the_program_are_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        exit_cleanly(lambda: print(1 / 0))
    with pytest.raises(PermissionError):
        exit_cleanly(lambda: (_ for _ in ()).throw(PermissionError(errno.EACCES, "no")))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"a\.json: file not found$"),
        (b"", r"a\.json: the file is empty$"),
        (b" \n", r"a\.json: the file is empty$"),
        (b'{"a": 1,\n "b": }', r"a\.json:2: not valid JSON: Expecting value$"),
        ('{"a":\n "ü"}'.encode("latin-1"), r"a\.json:2: not UTF-8 \(byte 0xfc at offset 8\)$"),
    ],
)
def test_unreadable_files(content: bytes | None, message: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_json(tmp_path / "a.json")


def test_byte_order_marks_are_dropped_and_line_ends_are_unix(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfx")
    assert read_text(tmp_path / "a") == "x"
    write_json(tmp_path / "b", {"z": "ä", "a": [1]})
    assert (tmp_path / "b").read_bytes() == '{\n "a": [\n  1\n ],\n "z": "ä"\n}\n'.encode()


def test_rows_come_back_and_their_bytes_depend_on_them_alone(tmp_path: Path) -> None:
    schema = {"id": "str", "n": "int", "x": "float", "words": "strs", "starts": "ints", "scores": "floats"}
    rows: list[dict[str, Any]] = [
        {"id": "ä\u2028", "n": -1, "x": 0.1, "words": ["", "a b"], "starts": [], "scores": [1.5], "other": "left out"},
        {"id": "", "n": None, "x": None, "words": [], "starts": [3], "scores": []},
    ]
    for name in ("a", "b"):
        write_rows(tmp_path / name, rows, schema)
    assert read_rows(tmp_path / "a") == [{name: row[name] for name in schema} for row in rows]
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_unreadable_parquet(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x\.parquet: file not found$"):
        read_rows(tmp_path / "x.parquet")
    (tmp_path / "x.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(InputError, match=r"x\.parquet: not a readable parquet file: "):
        read_rows(tmp_path / "x.parquet")


def test_a_stage_outside_the_repository_says_so(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for command in (["stages.mixture"], ["stages.score", "xnli"], ["stages.prepare", "xnli"]):
        done = subprocess.run(
            [sys.executable, "-m", *command], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
        )
        expected = "xstilts: error: params.yaml: file not found (run from the root of the repository)\n"
        assert (done.returncode, done.stderr) == (2, expected)
    assert not list(tmp_path.iterdir())


def test_the_old_stays_until_the_new_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a kill at the last moment leaves a folder as it was."""
    path = tmp_path / "out"
    path.mkdir()
    (path / "old").write_text("old")
    whole = os.replace

    def broken(one: Path, two: Path) -> None:
        if str(one).endswith(".new"):
            raise OSError(errno.EIO, "lost")
        whole(one, two)

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="lost"), writing(path) as temporary:
        temporary.mkdir()
    assert left(tmp_path) == ["out", "out/old"]


def test_what_the_new_folder_does_not_have_is_kept(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may be a user's: a file, a link, a file in a folder, a whole file where the folder belongs."""
    path = Path("models/target")
    write_text(path, "mine")
    for number in ("", ".1"):
        with writing(path) as temporary:
            write_text(temporary / "own", "new")
        (path / "own").write_text("of the pipeline, replaced")
        (path / "deep").mkdir()
        (path / "deep/notes").write_text(number)
        (path / "link").symlink_to("nothing")
    with writing(path) as temporary:
        write_text(temporary / "own", "new")
    assert left(path) == ["own"]
    files = [path.relative_to(project) for path in project.glob(".xstilts/**/*") if path.is_symlink() or path.is_file()]
    assert sorted(map(str, files)) == [
        ".xstilts/kept.1/models/target/deep/notes", ".xstilts/kept.1/models/target/link",
        ".xstilts/kept.2/models/target/deep/notes", ".xstilts/kept.2/models/target/link", ".xstilts/kept/models/target",
    ]  # fmt: skip
    assert capsys.readouterr().out.count("not written by this pipeline, moved to .xstilts/kept") == 5


@pytest.mark.parametrize("new", ["file", "folder"])
@pytest.mark.parametrize("before", ["file", "folder", "link", "link to nothing"])
def test_one_kind_takes_the_place_of_another(new: str, before: str, tmp_path: Path) -> None:
    path, aim = tmp_path / "out", tmp_path / "aim"
    aim.mkdir()
    (aim / "kept").touch()
    made: dict[str, Callable[[], None]] = {
        "file": path.touch, "folder": path.mkdir, "link": lambda: path.symlink_to(aim),
        "link to nothing": lambda: path.symlink_to(tmp_path / "nothing"),
    }  # fmt: skip
    made[before]()
    with writing(path) as temporary:
        temporary.mkdir() if new == "folder" else temporary.touch()
    assert (path.is_dir() if new == "folder" else path.is_file()) and not path.is_symlink()
    assert left(tmp_path) == ["aim", "aim/kept", "out"]


def test_everything_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    fsync, replace = os.fsync, os.replace

    def sync(handle: int) -> None:
        seen.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name)
        fsync(handle)

    def rename(one: Path, two: Path) -> None:
        seen.append("renamed")
        replace(one, two)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", rename)
    with writing(tmp_path / "out") as temporary:
        (temporary / "inner").mkdir(parents=True)
        (temporary / "inner" / "file").write_text("x")
    assert seen == ["file", "inner", temporary.name, "renamed", tmp_path.name]


def test_a_file_above_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    for path in (tmp_path / "a" / "out", tmp_path / "a" / "b" / "out"):
        with pytest.raises(InputError, match="found a file on this path, expected a folder"):
            write_text(path, "x")
