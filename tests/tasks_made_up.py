"""Task records for tests that need no reader."""

from __future__ import annotations

from stages.common.task import Task


def made_up(
    family: str,
    metric: str,
    name: str = "made-up",
    labels: tuple[str, ...] = (),
    tunes_on: str | None = None,
    languages: tuple[str, ...] = ("en", "de"),
) -> Task:
    """A task of one family with one metric; everything else is empty."""
    return Task(
        name=name, family=family, metric=metric, languages=languages, readers={}, counts={}, licence="none",
        citation="none", origin=(), labels=labels, tunes_on=tunes_on,
    )  # fmt: skip
