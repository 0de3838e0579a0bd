"""Search among sentence vectors: margin mining (BUCC) and nearest neighbours (Tatoeba). Exact, with bounded memory.

Written from xtreme `third_party/utils_retrieve.py` (`mine_bitext`, after LASER) @838c13b, without faiss. Every tie goes
to the lowest index, and no result depends on the chunk size, the number of threads, the BLAS library or the device (see
`unit`). On the CPU it is numpy alone, at the speed of float32 (see `Shortlist`); torch is imported for another device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xstilts.errors import InputError

Matrix = NDArray[np.float64]
Rough = NDArray[np.float32]
Indices = NDArray[np.int64]

GRID = 2.0**26
CHUNK = 4096  # rows a side of one block of cosines: 64 MiB in float32, 128 MiB in float64
PAIRS = 256  # cosines of single pairs at a time: their vectors stay in the cache


@dataclass(frozen=True)
class Neighbours:
    """The k nearest of the other side for every row, nearest first."""

    cosine: Matrix  # n x k
    index: Indices  # n x k


def unit(vectors: NDArray[np.floating]) -> Matrix:
    """Vectors of length 1, their coordinates rounded to multiples of 2**-26.

    A product of two such numbers is a multiple of 2**-52, and no partial sum of a dot product of two unit vectors
    exceeds about 1 (Cauchy-Schwarz on absolute values), so every sum is exact in float64 *in any order*: cosines are
    the same bits whatever way the matrix product is cut up. The rounding (7e-9) is a tenth of float32's own. A vector
    of zeros stays one; one with a number that is not finite is an `InputError`."""
    units = np.empty(np.shape(vectors))
    for start in range(0, len(units), CHUNK):
        rows = np.ascontiguousarray(vectors[start : start + CHUNK], dtype=np.float64)
        length = np.sqrt(np.square(rows).sum(axis=1, keepdims=True))
        if not np.isfinite(length).all():
            row = start + int(np.isfinite(length).argmin())
            raise InputError(f"sentence vectors: row {row}: found a number that is not finite, expected a finite one")
        units[start : start + CHUNK] = np.rint(rows / np.where(length == 0, 1.0, length) * GRID) / GRID
    return units


def nearest(
    queries: NDArray[np.floating], candidates: NDArray[np.floating], chunk: int = CHUNK, device: str = "cpu"
) -> Indices:
    """For every query the index of the candidate with the highest cosine; the lowest index wins a tie."""
    return neighbours(unit(queries), unit(candidates), 1, chunk, device)[0].index[:, 0]


def neighbours(x: Matrix, y: Matrix, k: int, chunk: int = CHUNK, device: str = "cpu") -> tuple[Neighbours, Neighbours]:
    """The k nearest rows of `y` for each row of `x`, and of `x` for each row of `y`, from one pass over the cosines.

    `x` and `y` come from `unit`. Beside them and the result, memory is a few blocks of `chunk` x `chunk` numbers."""
    if device not in ("cpu", "mps"):  # Apple's GPUs have no float64
        return neighbours_on(device, x, y, k, chunk)
    backward = [Shortlist(columns, x, k) for columns in _chunks(y, chunk)]
    forward = []
    block = np.empty((min(chunk, len(x)), min(chunk, len(y))), dtype=np.float32)
    for i, rows in enumerate(_chunks(x, chunk)):
        own, single = Shortlist(rows, y, k), rows.astype(np.float32)
        for j, columns in enumerate(_chunks(y, chunk)):
            rough = block[: len(rows), : len(columns)]
            np.matmul(single, columns.astype(np.float32).T, out=rough)
            own.extend(rough, 0, j * chunk)
            backward[j].extend(rough, 1, i * chunk)
        forward.append(own.settle())
    return _stack(forward), _stack([own.settle() for own in backward])


class Shortlist:
    """The pairs that may be among the k nearest of a chunk of rows, found by cosines in float32.

    A float32 dot product of two unit vectors of d numbers is at most (d + 2) 2**-24 from the true one, in whatever
    order it is summed, fused or not (Higham 2002, section 3.1, and the rounding of both vectors to float32); `slack`
    is twice that bound. So a pair whose rough cosine lies more than `slack` below the k-th best rough one of its row
    cannot be among the k nearest. Of the few that are left the exact cosines are computed."""

    def __init__(self, rows: Matrix, others: Matrix, k: int) -> None:
        self.rows, self.others, self.k = rows, others, min(k, len(others))
        self.slack = np.float32(2.02 * (rows.shape[1] + 8) * 2.0**-24)  # 1 % and 6 more for the roundings here
        self.room = (4 * self.k + 16) * len(rows)  # pairs; more only where many cosines are nearly equal
        self.bar = np.full(len(rows), -np.inf, dtype=np.float32)  # by row: what lies below is out
        self.row, self.index = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.rough = np.empty(0, dtype=np.float32)

    def extend(self, rough: Rough, axis: int, offset: int) -> None:
        """Take in a block of rough cosines: our rows lie along `axis`, the others from `offset` on along the other."""
        if offset == 0:
            self.bar = _kth_of_groups(rough, 1 - axis, self.k) - self.slack
        hits = rough >= np.expand_dims(self.bar, 1 - axis)
        if np.count_nonzero(hits) > self.room:
            columns = self.others[offset : offset + rough.shape[1 - axis]]
            found = _top(self.rows @ columns.T, min(self.k, len(columns)))
            row = np.repeat(np.arange(len(self.rows)), found.index.shape[1])
            self._add(row, found.index.ravel() + offset, found.cosine.ravel())
        else:
            flat = np.flatnonzero(hits)
            places = np.divmod(flat, rough.shape[1])
            self._add(places[axis], places[1 - axis] + offset, rough[places])
        if len(self.row) > self.room:
            self.settle()

    def settle(self) -> Neighbours:
        """The exact k nearest of all that was taken in; nothing else stays on the list."""
        cosine = np.empty(len(self.row))
        for start in range(0, len(cosine), PAIRS):
            part = slice(start, start + PAIRS)
            np.einsum("ij,ij->i", self.rows[self.row[part]], self.others[self.index[part]], out=cosine[part])
        cosine += 0.0  # turns -0.0 into 0.0
        order = np.lexsort((self.index, -cosine, self.row))
        order = order[_rank(self.row[order]) < self.k]
        self.row, self.index, self.rough = self.row[order], self.index[order], cosine[order].astype(np.float32)
        return Neighbours(cosine[order].reshape(len(self.rows), -1), self.index.reshape(len(self.rows), -1))

    def _add(self, row: Indices, index: Indices, rough: NDArray[np.floating]) -> None:
        """Put pairs on the list, raise the bar, and take off what lies below it."""
        row, index = np.concatenate((self.row, row)), np.concatenate((self.index, index))
        rough = np.concatenate((self.rough, rough.astype(np.float32)))
        order = np.lexsort((-rough, row))
        last = order[_rank(row[order]) == self.k - 1]
        self.bar[row[last]] = np.maximum(self.bar[row[last]], rough[last] - self.slack)
        kept = order[rough[order] >= self.bar[row[order]]]
        self.row, self.index, self.rough = row[kept], index[kept], rough[kept]


def _kth_of_groups(rough: Rough, axis: int, k: int) -> Rough:
    """A number that at least k of the cosines along `axis` reach: the k-th highest of the maxima of groups of them.

    It is nearly the k-th highest cosine and much faster to get; -inf where there are fewer than k."""
    groups = min(rough.shape[axis], 16 * k)
    if groups < k:
        return np.full(rough.shape[1 - axis], -np.inf, dtype=np.float32)
    width = rough.shape[axis] // groups
    if axis:
        maxima = rough[:, : groups * width].reshape(len(rough), groups, width).max(axis=2)
    else:
        maxima = rough[: groups * width].reshape(groups, width, -1).max(axis=1)
    kth: Rough = np.partition(maxima, groups - k, axis=axis).take(groups - k, axis=axis)
    return kth


def _rank(row: Indices) -> Indices:
    """For each entry of a sorted list its place among the equal ones, from 0."""
    return np.arange(len(row)) - np.searchsorted(row, row)


def neighbours_on(device: str, x: Matrix, y: Matrix, k: int, chunk: int) -> tuple[Neighbours, Neighbours]:
    """`neighbours` in float64 on a device of torch. Only blocks lie there, the vectors stay where they are."""
    import torch

    def top(cosines: torch.Tensor, offset: int) -> tuple[torch.Tensor, torch.Tensor]:
        cosine, index = [], []
        for _ in range(min(k, cosines.shape[1])):
            highest, place = cosines.max(dim=1, keepdim=True)  # the first of equals, which topk does not promise
            cosines.scatter_(1, place, -torch.inf)
            cosine.append(highest)
            index.append(place + offset)
        return torch.cat(cosine, 1), torch.cat(index, 1)

    def merge(one: tuple[torch.Tensor, ...], other: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        cosine, index = (torch.cat(both, 1) for both in zip(one, other, strict=True))  # the lower indices come first
        order = torch.sort(cosine, dim=1, descending=True, stable=True).indices[:, :k]
        return cosine.gather(1, order), index.gather(1, order)

    def none(count: int) -> tuple[torch.Tensor, ...]:
        empty = torch.empty((count, 0), dtype=torch.float64, device=device)
        return empty, empty.long()

    def stack(side: Sequence[tuple[torch.Tensor, ...]]) -> Neighbours:
        return _stack([Neighbours(cosine.cpu().numpy(), index.cpu().numpy()) for cosine, index in side])

    forward, backward = [], [none(len(columns)) for columns in _chunks(y, chunk)]
    for i, here in enumerate(_chunks(x, chunk)):
        own, rows = none(len(here)), torch.from_numpy(here).to(device)
        for j, columns in enumerate(_chunks(y, chunk)):
            cosines = rows @ torch.from_numpy(columns).to(device).T + 0.0
            backward[j] = merge(backward[j], top(cosines.T.clone(memory_format=torch.contiguous_format), i * chunk))
            own = merge(own, top(cosines, j * chunk))
        forward.append(own)
    return stack(forward), stack(backward)


def mine(
    source: NDArray[np.floating],
    english: NDArray[np.floating],
    k: int = 4,
    chunk: int = CHUNK,
    device: str = "cpu",
) -> list[tuple[int, int, float]]:
    """Pairs (source row, English row, margin) by "max" retrieval with the ratio margin, best first.

    Each row proposes the best of its k nearest by margin, in both directions; from the highest margin down a pair is
    kept if neither side is taken. official: a pair whose margin is not positive takes its sides but is not kept."""
    x, y = unit(source), unit(english)
    forward, backward = neighbours(x, y, k, chunk, device)
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
    device: str = "cpu",
) -> list[tuple[int, int, float]]:
    """`mine` as the official program does it with text files: repeated lines are one, and their pairs vanish."""
    x_rows, y_rows = unify(source_lines), unify(english_lines)
    x_kept, y_kept = unrepeated(source_lines), unrepeated(english_lines)
    mined = mine(np.asarray(source)[x_rows], np.asarray(english)[y_rows], k, chunk, device)
    pairs = ((x_rows[i], y_rows[j], margin) for i, j, margin in mined)
    return [(i, j, margin) for i, j, margin in pairs if i in x_kept and j in y_kept]


def _best(found: Neighbours, own_mean: Matrix, other_mean: Matrix) -> tuple[Indices, Matrix]:
    """For every row the neighbour with the highest margin cos / mean of the two means; ties to the lowest index."""
    mean = (own_mean[:, None] + other_mean[found.index]) / 2
    margin = np.divide(found.cosine, mean, out=np.zeros_like(mean), where=mean != 0)
    order = np.lexsort((found.index, -margin), axis=1)[:, :1]
    return np.take_along_axis(found.index, order, axis=1)[:, 0], np.take_along_axis(margin, order, axis=1)[:, 0]


def _top(cosines: Matrix, k: int) -> Neighbours:
    """The k largest of each row, largest first. `argmax` takes the first of equals, which a partition would not."""
    rows = np.arange(len(cosines))
    found = Neighbours(np.empty((len(rows), k)), np.empty((len(rows), k), dtype=np.int64))
    for rank in range(k):
        best = cosines.argmax(axis=1)
        found.index[:, rank], found.cosine[:, rank] = best, cosines[rows, best]
        cosines[rows, best] = -np.inf
    return found


def _stack(parts: Sequence[Neighbours]) -> Neighbours:
    return Neighbours(np.concatenate([part.cosine for part in parts]), np.concatenate([part.index for part in parts]))


def _chunks(rows: Matrix, size: int) -> Iterator[Matrix]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
