"""How long an answer takes, as the harness has measured it. Times are of one machine and differ with every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from xstilts.errors import InputError
from xstilts.records.files import read_json
from xstilts.records.forms import Maybe, check
from xstilts.statistics.analyse import BASELINE

FORM = [{
    "source": str, "language": str, "engine": str, "p50_ms": float, "p95_ms": float, "p99_ms": float,
    "questions_per_s": float,
    "against": Maybe({"source": str, "margin": float, "paired": {"verdict": str}}, left_out=True),
}]  # fmt: skip
MARGIN = 2.0  # percent: a smaller difference is of no use to anybody


@dataclass(frozen=True)
class Latency:
    """One source under one engine, mean over languages."""

    source: str
    engine: str
    p50: float
    p95: float
    p99: float
    rate: float
    """Questions a second in batches."""

    tested: str = ""
    """What the harness's test of equivalence says, in words; nothing of the source that others are compared with."""


def read_latency(path: Path) -> list[Latency]:
    """What a file of the harness says; nothing where there is no file. Other files are an `InputError`."""
    if not path.exists():
        return []
    rows = check(read_json(path), FORM, path)
    for number, row in enumerate(rows, start=1):
        if not 0 < row["p50_ms"] <= row["p95_ms"] <= row["p99_ms"]:
            found = ", ".join(str(row[name]) for name in ("p50_ms", "p95_ms", "p99_ms"))
            raise InputError(f"{path}: entry {number}: found {found}, expected p50 <= p95 <= p99, above 0")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["source"], row["engine"]), []).append(row)
    return [_mean(source, engine, own) for (source, engine), own in groups.items()]


def _mean(source: str, engine: str, rows: Sequence[Mapping[str, Any]]) -> Latency:
    p50, p95, p99, rate = (
        fmean(row[name] for row in rows) for name in ("p50_ms", "p95_ms", "p99_ms", "questions_per_s")
    )
    return Latency(source, engine, p50, p95, p99, rate, _tested(rows))


def _tested(rows: Sequence[Mapping[str, Any]]) -> str:
    """Such as `within 5 % of none: equivalent in 2 of 2 languages`."""
    found = [row["against"] for row in rows if row.get("against")]
    if not found:
        return ""
    counts = Counter(one["paired"]["verdict"] for one in found)
    words = ", ".join(f"{verdict} in {number}" for verdict, number in counts.items())
    return f"within {100 * found[0]['margin']:g} % of {found[0]['source']}: {words} of {len(found)} languages"


def of_engine(measured: Sequence[Latency], engine: str | None = None) -> dict[str, Latency]:
    """Source -> its latency under an engine, the first of the file if none is named."""
    chosen = engine or next((one.engine for one in measured), None)
    return {one.source: one for one in measured if one.engine == chosen}


def changes(measured: Mapping[str, Latency]) -> dict[str, float]:
    """Source -> how much slower its p50 is than that of `none`, in percent."""
    base = measured.get(BASELINE)
    others = (one for one in measured.values() if one.source != BASELINE)
    return {one.source: 100 * (one.p50 / base.p50 - 1) for one in others} if base else {}
