"""Temporary folders: on the disk of an output, outside of all that DVC hashes, cleared when their process is dead.

A folder is locked by the process that made it, and the lock ends with the process, however it ends. So what a kill has
left can be told from what another process writes at this moment, and no process number is ever trusted.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xstilts.records.kept import files, keep

TMP = Path(".xstilts/tmp")  # ignored by git and by DVC
PREFIX = ".xstilts-"
AIM, LOCK = "aim", "lock"  # where the output is to stand; what is locked


@contextmanager
def place(path: Path) -> Iterator[Path]:
    """Yield a new empty folder from which a rename to `path` is possible. It is gone after the block, or cleared by the
    next process that asks for one. An output that was moved into it comes back, if no new one took its place."""
    settle(path)
    folder, lock = _new(_holder(path))
    try:
        yield folder
    finally:
        _undo(folder)
        _clear(folder)
        if lock is not None:
            os.close(lock)


def settle(path: Path) -> None:
    """Undo what a killed process has left half-done near `path`: an output that it had moved aside comes back, and its
    temporary folders go."""
    for left in sorted(_holder(path).glob(f"{PREFIX}*")):
        try:
            lock = _lock(left, wait=False)
        except OSError:  # a living process has it, or removes it, or this file system knows no locks
            continue
        _undo(left)
        _clear(left)
        os.close(lock)


def remove(path: Path) -> None:
    """Delete a file, a link, or a folder with all that is in it, as far as it can be; no error if it is not there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def new_and_old(folder: Path, path: Path) -> tuple[Path, Path]:
    """Where in its temporary folder an output is written, and where the one that it replaces is put."""
    return folder / f"{path.name}.new", folder / f"{path.name}.old"


def note(folder: Path, path: Path) -> None:
    """Write down where the output is to stand, before the one that stands there is moved: see `settle`."""
    (folder / AIM).write_text(os.path.relpath(path.absolute(), folder), encoding="utf-8")


def _holder(path: Path) -> Path:
    """The folder of the temporary folders: in the project, or beside an output that lies elsewhere.

    Parts of the project may be on other disks (a link, a mount): it is the highest folder that is on the same one."""
    parent = next(one for one in path.absolute().parents if one.is_dir()).resolve()
    root = Path.cwd().resolve()
    if not parent.is_relative_to(root):
        return parent
    ways = [one for one in (*reversed(parent.parents), parent) if one.is_relative_to(root)]
    return next(one for one in ways if _same_disk(one, parent)) / TMP


def _same_disk(one: Path, other: Path) -> bool:
    """Whether a rename between two folders is possible. A folder that is mounted twice has one device, but no renames:
    only a rename of what is not there tells."""
    name = uuid.uuid4().hex
    try:
        os.rename(one / name, other / name)
    except OSError as error:
        return error.errno != errno.EXDEV and one.stat().st_dev == other.stat().st_dev
    return True


def _new(holder: Path) -> tuple[Path, int | None]:
    """A new folder with its lock, which is None where the file system knows no locks."""
    holder.mkdir(parents=True, exist_ok=True)
    while True:
        folder = holder / f"{PREFIX}{uuid.uuid4().hex[:12]}"
        folder.mkdir()
        try:
            return folder, _lock(folder, wait=True)
        except FileNotFoundError:  # another process took it for one that is left over, before it was locked
            continue
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL):
                raise
            return folder, None


def _lock(folder: Path, wait: bool) -> int:
    """Lock a folder. Raises `BlockingIOError` if another process has it, `FileNotFoundError` if it is gone."""
    file = folder / LOCK
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        if not os.path.samestat(os.fstat(handle), os.stat(file)):
            raise FileNotFoundError(errno.ENOENT, "removed by another process", str(file))
    except BaseException:
        os.close(handle)
        raise
    return handle


def _undo(folder: Path) -> None:
    """Bring an output back that was moved aside, if the one that was to replace it is still here. If that one is in its
    place, keep what the old one has beside it: it may be a user's."""
    try:
        aim = Path(os.path.normpath(folder / (folder / AIM).read_text(encoding="utf-8")))
    except OSError:
        return
    new, old = new_and_old(folder, aim)
    if os.path.lexists(new) and os.path.lexists(old) and not os.path.lexists(aim) and aim.parent.is_dir():
        os.replace(old, aim)
    elif os.path.lexists(old) and os.path.lexists(aim):
        whole = old.is_dir() and not old.is_symlink()
        keep([name for name in files(old) if not os.path.lexists(aim / name)] if whole else [Path()], aim, old)


def _clear(folder: Path) -> None:
    """Remove a folder; its note first, as half an old output must never come back, its lock last."""
    with suppress(OSError):
        (folder / AIM).unlink(missing_ok=True)
        for inner in folder.iterdir():
            if inner.name != LOCK:
                remove(inner)
    remove(folder)
