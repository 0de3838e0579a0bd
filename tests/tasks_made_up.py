"""Facts about data sets for tests that need no reader."""

from __future__ import annotations

from xstilts.records.prepared import Prepared


def made_up(
    family: str,
    metric: str,
    name: str = "made-up",
    labels: tuple[str, ...] = (),
    tunes_on: str | None = None,
    languages: tuple[str, ...] = ("en", "de"),
) -> Prepared:
    """A prepared task of one family with one metric."""
    return Prepared(name, family, metric, labels, languages, tunes_on)
