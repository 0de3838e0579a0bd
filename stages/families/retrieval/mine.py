"""Search among sentence vectors: margin mining (BUCC) and nearest neighbours (Tatoeba). numpy only, exact, chunked.

Written from xtreme `third_party/utils_retrieve.py` (`mine_bitext`, after LASER) @838c13b, without faiss. Every tie goes
to the lowest index, and no result depends on the chunk size, the number of threads or the BLAS library (see `unit`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Indices = NDArray[np.int64]

GRID = 2.0**26
CHUNK = 2048  # rows a side of one block of cosines: 32 MiB


@dataclass(frozen=True)
class Neighbours:
    """The k nearest of the other side for every row, nearest first."""

    cosine: Matrix  # n x k
    index: Indices  # n x k


def unit(vectors: NDArray[np.floating]) -> Matrix:
    """Vectors of length 1, their coordinates rounded to multiples of 2**-26.

    A product of two such numbers is a multiple of 2**-52, and no partial sum of a dot product of two unit vectors
    exceeds about 1 (Cauchy-Schwarz on absolute values), so every sum is exact in float64 *in any order*: cosines are
    the same bits whatever way the matrix product is cut up. The rounding (7e-9) is a tenth of float32's own."""
    vectors = np.asarray(vectors, dtype=np.float64)
    length = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    return np.rint(vectors / np.where(length == 0, 1.0, length) * GRID) / GRID


def nearest(queries: NDArray[np.floating], candidates: NDArray[np.floating], chunk: int = CHUNK) -> Indices:
    """For every query the index of the candidate with the highest cosine; the lowest index wins a tie."""
    return neighbours(unit(queries), unit(candidates), 1, chunk)[0].index[:, 0]


def neighbours(x: Matrix, y: Matrix, k: int, chunk: int = CHUNK) -> tuple[Neighbours, Neighbours]:
    """The k nearest rows of `y` for each row of `x`, and of `x` for each row of `y`, from one pass over the cosines."""
    forward = [_none(len(rows), k) for rows in _chunks(x, chunk)]
    backward = [_none(len(rows), k) for rows in _chunks(y, chunk)]
    for i, rows in enumerate(_chunks(x, chunk)):
        for j, columns in enumerate(_chunks(y, chunk)):
            cosines = rows @ columns.T
            backward[j] = _merge(backward[j], _top(cosines.T, k, i * chunk))
            forward[i] = _merge(forward[i], _top(cosines, k, j * chunk))
    return _stack(forward, min(k, len(y))), _stack(backward, min(k, len(x)))


def mine(
    source: NDArray[np.floating], english: NDArray[np.floating], k: int = 4, chunk: int = CHUNK
) -> list[tuple[int, int, float]]:
    """Pairs (source row, English row, margin) by "max" retrieval with the ratio margin, best first.

    Each row proposes the best of its k nearest by margin, in both directions; from the highest margin down a pair is
    kept if neither side is taken. official: a pair whose margin is not positive takes its sides but is not kept."""
    x, y = unit(source), unit(english)
    forward, backward = neighbours(x, y, k, chunk)
    x_mean, y_mean = forward.cosine.mean(axis=1), backward.cosine.mean(axis=1)
    x_best, x_margin = _best(forward, x_mean, y_mean)
    y_best, y_margin = _best(backward, y_mean, x_mean)
    pairs = np.concatenate(
        (np.stack((np.arange(len(x)), x_best), axis=1), np.stack((y_best, np.arange(len(y))), axis=1))
    )
    margins = np.concatenate((x_margin, y_margin))
    mined, taken_x, taken_y = [], set(), set()
    for position in np.argsort(-margins, kind="stable"):
        i, j = int(pairs[position, 0]), int(pairs[position, 1])
        if i not in taken_x and j not in taken_y:
            taken_x.add(i)
            taken_y.add(j)
            if margins[position] > 0:
                mined.append((i, j, float(margins[position])))
    return mined


def unify(lines: Sequence[str]) -> list[int]:
    """The rows to mine with: one per distinct line, in order of first appearance.

    official: of a repeated line the *last* row is taken."""
    return list({line: row for row, line in enumerate(lines)}.values())


def unrepeated(lines: Sequence[str]) -> set[int]:
    """Rows whose stripped line occurs once. official: XTREME drops mined pairs with any other row."""
    rows: dict[str, list[int]] = {}
    for row, line in enumerate(lines):
        rows.setdefault(line.strip(), []).append(row)
    return {members[0] for members in rows.values() if len(members) == 1}


def mine_texts(
    source_lines: Sequence[str],
    source: NDArray[np.floating],
    english_lines: Sequence[str],
    english: NDArray[np.floating],
    k: int = 4,
    chunk: int = CHUNK,
) -> list[tuple[int, int, float]]:
    """`mine` as the official program does it with text files: repeated lines are one, and their pairs vanish."""
    x_rows, y_rows = unify(source_lines), unify(english_lines)
    x_kept, y_kept = unrepeated(source_lines), unrepeated(english_lines)
    mined = mine(np.asarray(source)[x_rows], np.asarray(english)[y_rows], k, chunk)
    pairs = ((x_rows[i], y_rows[j], margin) for i, j, margin in mined)
    return [(i, j, margin) for i, j, margin in pairs if i in x_kept and j in y_kept]


def _best(found: Neighbours, own_mean: Matrix, other_mean: Matrix) -> tuple[Indices, Matrix]:
    """For every row the neighbour with the highest margin cos / mean of the two means; ties to the lowest index."""
    mean = (own_mean[:, None] + other_mean[found.index]) / 2
    margin = np.divide(found.cosine, mean, out=np.zeros_like(mean), where=mean != 0)
    order = np.lexsort((found.index, -margin), axis=1)[:, :1]
    return np.take_along_axis(found.index, order, axis=1)[:, 0], np.take_along_axis(margin, order, axis=1)[:, 0]


def _top(cosines: Matrix, k: int, offset: int) -> Neighbours:
    """The k largest of each row, largest first. `argmax` takes the first of equals, which a partition would not."""
    rest = np.array(cosines, order="C")
    k, rows = min(k, rest.shape[1]), np.arange(len(rest))
    found = Neighbours(np.empty((len(rest), k)), np.empty((len(rest), k), dtype=np.int64))
    for rank in range(k):
        best = rest.argmax(axis=1)
        found.index[:, rank], found.cosine[:, rank] = best + offset, rest[rows, best]
        rest[rows, best] = -np.inf
    return found


def _merge(one: Neighbours, other: Neighbours) -> Neighbours:
    """The best of both, as many as `one` has; on equal cosines `one`, which has the lower indices, comes first."""
    cosine = np.concatenate((one.cosine, other.cosine), axis=1)
    index = np.concatenate((one.index, other.index), axis=1)
    order = np.argsort(-cosine, axis=1, kind="stable")[:, : one.cosine.shape[1]]
    return Neighbours(np.take_along_axis(cosine, order, axis=1), np.take_along_axis(index, order, axis=1))


def _none(rows: int, k: int) -> Neighbours:
    return Neighbours(np.full((rows, k), -np.inf), np.full((rows, k), -1, dtype=np.int64))


def _stack(parts: Sequence[Neighbours], k: int) -> Neighbours:
    return Neighbours(
        np.concatenate([part.cosine[:, :k] for part in parts]), np.concatenate([part.index[:, :k] for part in parts])
    )


def _chunks(rows: Matrix, size: int) -> Iterator[Matrix]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
