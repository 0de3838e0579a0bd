"""Whatever the moment of a kill: an output is the old one or the new one, and nothing is left lying about."""

from __future__ import annotations

import errno
import fcntl
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xstilts.records import places
from xstilts.records.files import discard, write_text, writing
from xstilts.records.places import PREFIX, TMP, place, settle

EVENTS = ("open", "os.", "shutil.", "fcntl.")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's root as the working folder, with an output that is there already."""
    root = tmp_path / "project"
    fill(root / "models/target/x", "old")
    monkeypatch.chdir(root)
    return root


def fill(folder: Path, text: str) -> None:
    (folder / "inner").mkdir(parents=True)
    for file in (folder / "a", folder / "inner" / "b"):
        file.write_text(text)


def content(path: Path) -> str | None:
    """The one word of a whole output; None if it is not there."""
    if not os.path.lexists(path):
        return None
    words = {file.read_text() for file in ((path / "a", path / "inner" / "b") if path.is_dir() else (path,))}
    assert len(words) == 1, "half of each"
    return words.pop()


def left(root: Path) -> list[str]:
    """What lies in the project beside the output and its folders."""
    return [str(one.relative_to(root)) for one in root.rglob("*") if one.name.startswith(PREFIX)]


def killed_at(number: int, work: Callable[[], object]) -> bool:
    """Whether a child process that does the work dies before its event of that number."""
    child = os.fork()
    if child == 0:
        seen = itertools.count()

        def hook(event: str, _: object) -> None:
            if event.startswith(EVENTS) and next(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def put_folder(path: Path) -> None:
    with writing(path) as new:
        fill(new, "new")


WORK: dict[str, tuple[Callable[[Path], None], set[str | None]]] = {
    "folder": (put_folder, {"old", "new"}),
    "removed": (discard, {"old", None}),
}


@pytest.mark.parametrize("work", WORK)
def test_a_kill_at_every_event(work: str, project: Path) -> None:
    do, expected = WORK[work]
    path, seen = Path("models/target/x"), set()
    for number in itertools.count():
        if content(path) != "old":
            discard(path)
            fill(path, "old")
        if not killed_at(number, lambda: do(path)):
            break
        at_once = content(path)
        settle(path)
        assert content(path) in expected and (at_once is None or content(path) == at_once)
        assert left(project) == []
        seen.add((at_once, content(path)))
    assert number > 10
    wanted = {("old", "old"), (None, "old"), ("new", "new")} if work == "folder" else {("old", "old"), (None, None)}
    assert seen >= wanted, "every kind of moment was met"


def test_what_others_write_now_stays(project: Path) -> None:
    """Two stages side by side: a folder in use is no leftover, whoever looks."""
    with writing(Path("models/a")) as one:
        one.mkdir()
        with writing(Path("models/b")) as two:
            two.touch()
        settle(Path("models/c"))
        code = "from pathlib import Path; from xstilts.records.places import settle; settle(Path('models/d'))"
        environment = {**os.environ, "PYTHONPATH": str(Path(places.__file__).parents[2])}
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        assert one.is_dir()
    assert Path("models/a").is_dir() and left(project) == []


def test_a_reused_process_number_means_nothing(project: Path) -> None:
    """What a dead process has left is cleared, even if its number is that of a living one: only the lock counts."""
    stale = Path(TMP) / f"{PREFIX}{os.getpid()}"
    (stale / "model.new").mkdir(parents=True)
    (stale / "lock").write_text(str(os.getpid()))
    write_text(Path("results/x"), "x")
    assert left(project) == []


@pytest.mark.parametrize("gone", ["new", "folder"])
def test_an_old_output_comes_back_only_where_the_new_one_never_came(gone: str, project: Path) -> None:
    """DVC removes an output before it runs its stage again: no older one may come back then."""
    folder = Path(TMP) / f"{PREFIX}0"
    folder.mkdir(parents=True)
    path = project / "models/target/x"
    new, old = places.new_and_old(folder, path)
    places.note(folder, path)
    os.replace(path, old)
    if gone == "folder":
        new.mkdir()
        path.parent.rmdir()
    settle(Path("models/target/x"))
    assert not path.exists() and left(project) == []


def test_temporaries_lie_outside_of_what_is_hashed(project: Path) -> None:
    for path in ("results/predictions/xnli/mnli", "results/cells/xnli.json", "models/new/1", ".xstilts/state/x"):
        with place(Path(path)) as folder:
            assert folder.parent == project / TMP


def test_beside_an_output_that_lies_elsewhere(project: Path, tmp_path: Path) -> None:
    with place(tmp_path / "elsewhere.json") as folder:
        assert folder.parent == tmp_path
    assert [one.name for one in tmp_path.iterdir()] == ["project"]


def test_a_part_of_the_project_on_another_disk(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link out of the project, and a folder that is mounted: renames to it begin there."""
    (tmp_path / "big").mkdir()
    Path("data").symlink_to(tmp_path / "big")
    with writing(Path("data/prepared/x")) as new:
        fill(new, "new")
        assert new.is_relative_to(tmp_path / "big")
    assert content(tmp_path / "big/prepared/x") == "new"
    rename = os.rename

    def mounted(one: Path, two: Path) -> None:
        if ("models" in Path(one).parts) != ("models" in Path(two).parts):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename(one, two)

    monkeypatch.setattr(os, "rename", mounted)
    monkeypatch.setattr(os, "replace", mounted)
    put_folder(Path("models/target/x"))
    assert content(Path("models/target/x")) == "new" and left(project) == []


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    yield


def test_a_file_system_without_locks(no_locks: None, project: Path) -> None:
    """It writes as ever; nothing is cleared, for it may belong to a living process."""
    stale = Path(TMP) / f"{PREFIX}0"
    stale.mkdir(parents=True)
    put_folder(Path("models/target/x"))
    assert content(Path("models/target/x")) == "new" and left(project) == [str(stale)]
