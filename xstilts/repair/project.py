"""Everything that a kill can leave in a project, made good in one go. The working folder is the project's root."""

from __future__ import annotations

from xstilts import paths
from xstilts.records.places import settle
from xstilts.repair import lock, rwlock


def repair() -> list[str]:
    """Outputs moved aside come back, what dead processes have left goes, DVC's files are whole: one line for each of
    these that a person should know of."""
    settle(paths.STATE)
    return [line for line in (rwlock.free(), lock.keep()) if line]
