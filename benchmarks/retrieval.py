"""How fast is our exact search? `families/retrieval/answering/mine.py` against the exact search of faiss (IndexFlatIP).

Both get the same unit vectors; faiss, in float32, ties in any order, searches once a direction, as XTREME's
`mine_bitext` does. Runs alternate and the ratios of each pair are printed with their median: seconds of a shared
machine say little. faiss is no dependency; numpy and faiss in an environment of their own are enough:

    python -m venv /tmp/faiss && /tmp/faiss/bin/pip install numpy faiss-cpu
    /tmp/faiss/bin/python benchmarks/retrieval.py [--rows 20000] [--dimensions 768 1024] [--runs 3] [--collapsed]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from xstilts.families.retrieval.answering import mine

K = 4  # BUCC's neighbours


def vectors(rows: int, dimensions: int, collapsed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Two sides of which every second row is a noisy copy of the other's; `collapsed` round one direction.

    Mean-pooled vectors of XLM-R lie in a narrow cone, where float32 tells neighbours apart less well."""
    random = np.random.default_rng(1)
    x = random.standard_normal((rows, dimensions), dtype=np.float32)
    y = random.standard_normal((rows, dimensions), dtype=np.float32)
    y[::2] = x[::2] + 0.5 * y[::2]
    if collapsed:
        cone = 10 * random.standard_normal(dimensions, dtype=np.float32)
        x, y = x + cone, y + cone
    return x, y


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Wall time of one call, and what it gave."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def faiss_search(queries: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Indices of the K nearest, rows x K, from faiss's exhaustive search."""
    import faiss

    index = faiss.IndexFlatIP(candidates.shape[1])
    index.add(candidates)
    found: np.ndarray = index.search(queries, K)[1]
    return found


def compare(rows: int, dimensions: int, runs: int, collapsed: bool) -> None:
    """Print one line: seconds of the last run, ratios with their median, how many nearest neighbours are the same."""
    x, y = (mine.unit(side) for side in vectors(rows, dimensions, collapsed))
    single_x, single_y = x.astype(np.float32), y.astype(np.float32)
    ratios = []
    for _ in range(runs):
        ours, (forward, backward) = seconds(lambda: mine.neighbours(x, y, K))
        theirs, (there, back) = seconds(lambda: (faiss_search(single_x, single_y), faiss_search(single_y, single_x)))
        ratios.append(ours / theirs)
    same = np.mean([forward.index[:, 0] == there[:, 0], backward.index[:, 0] == back[:, 0]])
    print(
        f"{rows:>7} x {dimensions:<5}{'collapsed' if collapsed else '':10} ours {ours:7.1f} s  faiss {theirs:7.1f} s  "
        f"ratios {' '.join(f'{ratio:.2f}' for ratio in ratios)}  median {statistics.median(ratios):.2f}  "
        f"same nearest {same:.3%}",
        flush=True,
    )


def main() -> None:
    """Compare at every size asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000, 20_000])
    parser.add_argument("--dimensions", type=int, nargs="+", default=[768, 1024])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--collapsed", action="store_true")
    arguments = parser.parse_args()
    for rows in arguments.rows:
        for dimensions in arguments.dimensions:
            compare(rows, dimensions, arguments.runs, arguments.collapsed)


if __name__ == "__main__":
    main()
