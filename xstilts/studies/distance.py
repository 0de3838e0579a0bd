"""Does a source help languages that are near to its own? A permutation test over source languages, and its interval.

There are few source languages, and only they are a sample. So the test exchanges their distances. The statistic is the
slope of gain on distance after the mean of each target language and the mean of each source are taken out: what is
easy, and what is good data, is no effect of distance.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np

from xstilts.errors import InputError
from xstilts.records.files import read_text
from xstilts.seeding import Seeds
from xstilts.statistics.inference import LEVEL

MEASURES = ("syntax", "genetic", "geographic", "same_script", "log_text")
PERMUTATIONS = 10_000  # all there are, where that is fewer

Pairs = dict[tuple[str, str], float]  # (source language, target language) -> distance; none where it is not known


@dataclass(frozen=True)
class Effect:
    """Points of gain for one unit of distance. None: not so many languages, or nothing differs."""

    languages: int
    """Source languages: what is permuted."""
    targets: int
    """Columns: target languages of all tasks."""
    slope: float | None
    p: float | None
    """Two-sided: twice the smaller tail, the observed order counted in."""
    smallest: float
    """The smallest p that this test can give: few source languages, or some at the same distances, have few orders."""
    low: float | None
    """Bounds of the slope: those that the same test does not refuse; None where it refuses none on this side."""
    high: float | None


def read_distances(path: Path) -> dict[str, Pairs]:
    """measure -> pairs of languages, from a table with the columns source, target and the measures."""
    found: dict[str, Pairs] = {measure: {} for measure in MEASURES}
    reader = csv.DictReader(read_text(path).splitlines(), strict=True)
    if reader.fieldnames != ["source", "target", *MEASURES]:
        raise InputError(
            f"{path}: found the columns {reader.fieldnames}, expected source, target, {', '.join(MEASURES)}"
        )
    for row in reader:
        if None in row or None in row.values():
            raise InputError(f"{path}:{reader.line_num}: found another number of columns than in the first line")
        for measure in MEASURES:
            try:
                value = float(row[measure]) if row[measure] else None
            except ValueError:
                value = math.nan
            pair = (row["source"], row["target"])
            if (value is not None and not 0 <= value < math.inf) or pair in found[measure]:
                raise InputError(
                    f"{path}:{reader.line_num}: {measure}: found {row[measure]!r}, expected a number from 0, or "
                    "nothing, and each pair once"
                )
            if value is not None:
                found[measure][pair] = value
    return found


def within(blocks: Sequence[Mapping[str, Mapping[str, float]]], distance: Pairs) -> Effect:
    """The slope of gains on the distance from source language to target language, source means taken out.

    `blocks`: one a task, source language -> target language -> gain; every source language has the same target
    languages, none of which is a source language. Columns without a distance are left out."""
    sources = sorted(blocks[0]) if blocks else []
    x, y = [], []
    for block in blocks:
        targets = _columns(block, sources)
        known = [target for target in targets if all((source, target) in distance for source in sources)]
        if known:
            x.append(centred(np.array([[distance[source, target] for target in known] for source in sources]), True))
            y.append(centred(np.array([[block[source][target] for target in known] for source in sources]), True))
    if not x:
        return Effect(len(sources), 0, None, None, smallest(len(sources)), None, None)
    return permuted(np.hstack(x), np.hstack(y))


def between(gains: Mapping[str, float], distance: Mapping[str, float]) -> Effect:
    """The slope of the mean gains of source languages on one distance each, such as that from English. Data differ
    between sources, too: what this finds need not be the language."""
    sources = [source for source in sorted(gains) if source in distance]
    x, y = (np.array([[side[source]] for source in sources], dtype=float) for side in (distance, gains))
    return permuted(centred(x, False), centred(y, False))


def permuted(x: np.ndarray, y: np.ndarray) -> Effect:
    """The slope of y on x, both source x column and centred, against all orders of the rows of x.

    The interval holds the slopes b for which y - b x gives no small p. For each order there is one b at which it is as
    extreme as the observed order; so the bounds are quantiles of these."""
    rows, columns = y.shape
    power = float((x * x).sum())
    if rows < 3 or power < 1e-12:
        return Effect(rows, columns, None, None, smallest(rows), None, None)
    places, exact = orders(rows)
    cross, own = y @ x.T, x @ x.T  # row i of y with row j of x
    of_y = cross[np.arange(rows), places].sum(axis=1)
    of_x = own[np.arange(rows), places].sum(axis=1)
    observed = float(np.trace(cross))
    edge = 1e-9 * max(1.0, abs(observed))
    more = 0 if exact else 1
    tails = [
        int(np.count_nonzero(of_y >= observed - edge)) + more,
        int(np.count_nonzero(of_y <= observed + edge)) + more,
    ]
    count = len(places) + more
    differ = power - of_x > 1e-9 * power  # other orders may give the same distances
    ends = np.sort((observed - of_y[differ]) / (power - of_x[differ]))
    same = int(np.count_nonzero(~differ)) + more
    low, high = _bounds(ends, same, count)
    p, least = (min(1.0, 2 * one / count) for one in (min(tails), same))
    return Effect(rows, columns, observed / power, p, least, low, high)


def _bounds(ends: np.ndarray, same: int, count: int) -> tuple[float | None, float | None]:
    """The lowest and highest slope whose p is above 1 - LEVEL: more than this share of the orders is as extreme."""
    needed = math.floor((1 - LEVEL) / 2 * count + 1e-9) + 1 - same  # so many ends must be passed
    if needed < 1 or needed > len(ends):
        return None, None
    return float(ends[needed - 1]), float(ends[len(ends) - needed])


def smallest(languages: int) -> float:
    """The smallest two-sided p of so many source languages."""
    return min(1.0, 2 / min(math.factorial(languages), PERMUTATIONS + 1))


def orders(size: int) -> tuple[np.ndarray, bool]:
    """(orders of so many things, whether they are all there are)."""
    if math.factorial(size) <= PERMUTATIONS:
        return np.array(list(permutations(range(size)))), True
    generator = Seeds("studies").numpy("distance", size)
    return generator.permuted(np.tile(np.arange(size), (PERMUTATIONS, 1)), axis=1), False


def band(x: np.ndarray, y: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the lines of 95 % of all orders run, at centred distances `at`: what no effect looks like."""
    places, _ = orders(len(x))
    slopes = (y @ x.T)[np.arange(len(x)), places].sum(axis=1) / float((x * x).sum())
    low, high = np.quantile(slopes, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    edges = np.stack([low * at, high * at])
    return edges.min(axis=0), edges.max(axis=0)


def _columns(block: Mapping[str, Mapping[str, float]], sources: Sequence[str]) -> list[str]:
    targets = list(block[sources[0]])
    for source in sources:
        if list(block[source]) != targets:
            raise ValueError(f"found other target languages for {source} than for {sources[0]}")
    return targets


def centred(values: np.ndarray, rows: bool) -> np.ndarray:
    """Column means taken out, and row means where asked."""
    found = values - values.mean(axis=0)
    both: np.ndarray = found - found.mean(axis=1, keepdims=True) if rows else found
    return both
