"""MLflow's store where it is a file of sqlite: looked at before it is used, set aside where nobody can use it.

The store is a view. So one that is cut or no database is moved out of the way, and the next run begins a new one. One
that is locked or read-only, and every store on a server, stays as it is: the caller goes on without."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from xstilts.errors import InputError

STORE = Path("mlflow.db")
SQLITE = "sqlite:///"
MAGIC = b"SQLite format 3\0"
LOCKED = 5  # seconds to wait for whoever writes
MADE = 60  # seconds to wait, on a busy machine, for whoever makes the tables: it takes one or two
CHECKED = 2  # seconds that a large store is looked at


def file_of(address: str) -> Path | None:
    """The file of a store of sqlite; None of a server's."""
    return Path(address.removeprefix(SQLITE).split("?")[0]) if address.startswith(SQLITE) else None


def make_usable(file: Path, repair: bool) -> None:
    """Refuse a store that MLflow could not use; MLflow itself tries a broken one for minutes.

    `repair`: set it aside instead, if it is no database any more, or is the project's own and of another version."""
    if not os.path.lexists(file):
        return
    reason = _damage(file)
    ours = file.absolute() == STORE.absolute()
    if reason and not (ours or file.suffix == ".db"):
        raise InputError(f"{file}: {reason}")
    if not reason and (reason := _other_version(file)) and not ours:
        raise InputError(f"{file}: {reason}")
    if reason and not repair:
        raise InputError(f"{file}: {reason}; the next `python -m stages.aggregate` makes it again")
    if reason:
        aside = _set_aside(file)
        print(f"warning: the MLflow store {file}: {reason}; it is set aside as {aside}, and a new one is made",
              file=sys.stderr, flush=True)  # fmt: skip


def _damage(file: Path) -> str:
    """Why nobody can read this store; nothing of one that can be read. Locked and read-only ones are `InputError`s."""
    if not file.is_file():
        return "found a folder, expected a file of sqlite"
    with file.open("rb") as opened:
        begin = opened.read(len(MAGIC))
    if begin and begin != MAGIC:
        return f"found {begin[:12]!r}, expected a file of sqlite"
    with closing(_opened(file)) as store:
        try:
            store.execute("begin immediate")
            store.execute("rollback")
        except sqlite3.OperationalError as error:
            raise InputError(f"{file}: {error}") from None
        except sqlite3.DatabaseError as error:
            return str(error)
        end = time.monotonic() + CHECKED
        store.set_progress_handler(lambda: time.monotonic() > end, 10_000)
        try:
            (found,) = store.execute("pragma quick_check(1)").fetchone()
        except sqlite3.OperationalError:  # the time is over
            return ""
        except sqlite3.DatabaseError as error:
            return str(error)
    return "" if found == "ok" else " ".join(str(found).split())[:100]


def _other_version(file: Path) -> str:
    """What is odd about the tables of a store; nothing where they are those of this MLflow, or there are none yet."""
    from mlflow.store.db.utils import _get_latest_schema_revision

    with closing(_opened(file)) as store:
        tables = {name for (name,) in store.execute("select name from sqlite_master where type = 'table'")}
        versions = store.execute("select version_num from alembic_version") if "alembic_version" in tables else []
        found = ", ".join(str(version) for (version,) in versions)
    expected = str(_get_latest_schema_revision())  # type: ignore[no-untyped-call]
    if not tables or found == expected:
        return ""
    return f"found tables of the version {found or 'unknown'}, expected {expected}"


def _opened(file: Path) -> sqlite3.Connection:
    # Not read-only: what a killed process has left half written is taken back when a writer opens it.
    return sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True, timeout=LOCKED, isolation_level=None)


def _set_aside(file: Path) -> Path:
    """Move a store, and the journals that sqlite would take for those of the next one; gives back the new name."""
    number, aside = 1, file.with_name(f"{file.name}.damaged")
    while os.path.lexists(aside):
        number += 1
        aside = file.with_name(f"{file.name}.damaged-{number}")
    for ending in ("-journal", "-wal", "-shm"):
        beside = file.with_name(file.name + ending)
        if beside.exists():
            os.replace(beside, aside.with_name(aside.name + ending))
    os.replace(file, aside)
    return aside


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Let one process of this machine after the other look at a store and make it.

    Without that, one would find the tables of another half made."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    name = hashlib.sha256(str(file.absolute()).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"xstilts-{os.getuid()}-{name}.lock").open("a") as lock:
        end = time.monotonic() + MADE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise InputError(f"{file}: another process has been making it for {MADE} s") from None
                time.sleep(0.02)
        yield
